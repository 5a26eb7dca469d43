import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOf, timestampOf } from '../mapping/values.js';
import { locationOf } from '../stations/lookups.js';
import { onboardingModes } from './devices.mapping.js';

export const onboardingQueries: QueryResolvers = {
  onboardingPolicy: async (_, __, { doors }) => present((await doors.onboarding.getOnboardingPolicy({})).policy),
  unknownStations: async (_, args, { doors }) => {
    const { stations, page } = await doors.onboarding.listUnknownStations({ page: pageRequest(args) });
    return connection(stations, page);
  },
  registrationTokens: async (_, args, { doors }) => {
    const { tokens, page } = await doors.onboarding.listRegistrationTokens({ page: pageRequest(args) });
    return connection(tokens, page);
  },
};

export const onboardingMutations: MutationResolvers = {
  setOnboardingPolicy: async (_, { input }, { doors }) => {
    const { maxPending, maxPerHour } = input;
    const policy = { mode: onboardingModes.value(input.mode), locationId: textOf(input.locationId), maxPending, maxPerHour };
    return present((await doors.onboarding.setOnboardingPolicy({ policy })).policy);
  },
  blockUnknownStation: async (_, { identity, blocked }, { doors }) =>
    present((await doors.onboarding.blockUnknownStation({ identity, blocked })).station),
  acceptStation: async (_, { input }, { doors }) => {
    const { stationId, locationId } = input;
    const evses = (input.evses ?? []).map(({ code, connectors }) => ({
      code: textOf(code),
      connectors: connectors.map(({ type, maxPowerW }) => ({ type, maxPowerW: BigInt(maxPowerW) })),
    }));
    return present((await doors.onboarding.acceptStation({ stationId, locationId, evses })).station);
  },
  createRegistrationToken: async (_, { input }, { doors }) => {
    const { name, locationId, maxUses, expiresAt } = input;
    const made = await doors.onboarding.createRegistrationToken({ name, locationId, maxUses, expiresAt: timestampOf(expiresAt) });
    return { registrationToken: present(made.registrationToken), token: made.token };
  },
  revokeRegistrationToken: async (_, { id }, { doors }) =>
    present((await doors.onboarding.revokeRegistrationToken({ tokenId: id })).registrationToken),
};

export const onboardingPolicyFields: NonNullable<Resolvers['OnboardingPolicy']> = {
  mode: (policy) => onboardingModes.word(policy.mode),
  location: (policy, _, { loaders }) => (policy.locationId === '' ? null : locationOf(loaders, policy.locationId)),
};

export const unknownStationFields: NonNullable<Resolvers['UnknownStation']> = {
  attempts: (station) => Number(station.attempts),
  firstSeenAt: (station) => iso(station.firstSeenAt),
  lastSeenAt: (station) => iso(station.lastSeenAt),
};

export const registrationTokenFields: NonNullable<Resolvers['RegistrationToken']> = {
  id: (token) => token.tokenId,
  location: (token, _, { loaders }) => locationOf(loaders, token.locationId),
  expiresAt: (token) => iso(token.expiresAt),
  createdAt: (token) => iso(token.createdAt),
  revokedAt: (token) => isoOrNull(token.revokedAt),
};
