import { SessionOrigin } from '@ampline/contracts';
import type { MutationResolvers, Resolvers } from '../generated/graphql.js';
import { iso, isoOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { signedValuesOf, validFromOf } from './metering.mapping.js';

const meteringMutations: MutationResolvers = {
  registerMeterKey: async (_, { input }, { doors }) => {
    const { stationId, publicKey, evseNumber, meterSerial, algorithm, validFrom, note } = input;
    const optional = { meterSerial: textOf(meterSerial), algorithm: textOf(algorithm), note: textOf(note) };
    const request = { stationId, publicKey, evseNumber: evseNumber ?? 0, validFrom: timestampOf(validFrom), ...optional };
    return present((await doors.metering.registerMeterKey(request)).meterKey);
  },
  revokeMeterKey: async (_, { id }, { doors }) => present((await doors.metering.revokeMeterKey({ meterKeyId: id })).meterKey),
};

const keyFields: NonNullable<Resolvers['MeterKey']> = {
  id: (key) => key.meterKeyId,
  evseNumber: (key) => key.evseNumber || null,
  meterSerial: (key) => textOrNull(key.meterSerial),
  validFrom: validFromOf,
  note: (key) => textOrNull(key.note),
  registeredAt: (key) => iso(key.registeredAt),
  registeredByName: (key, _, { loaders }) => nameOfActor(loaders, key.registeredBy),
  revokedAt: (key) => isoOrNull(key.revokedAt),
};

/** All of metering.graphql. */
export const meteringResolvers: Resolvers = {
  Mutation: meteringMutations,
  MeterKey: keyFields,
  Station: { meterKeys: async ({ stationId }, _, { doors }) => (await doors.metering.listMeterKeys({ stationId })).meterKeys },
  Session: {
    // Of a partner's session the partner tells them.
    signedValues: async ({ sessionId, origin }, _, { doors }) =>
      origin === SessionOrigin.OWN_STATION ? signedValuesOf(await doors.metering.getSignedValues({ sessionId })) : null,
  },
};
