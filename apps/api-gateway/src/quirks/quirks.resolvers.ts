import { QuirkOverride as WireOverride } from '@ampline/contracts';
import type { QuirkOverride, Resolvers } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { present, textOrNull } from '../mapping/values.js';

const overrides = enumPair<WireOverride, QuirkOverride>()({
  [WireOverride.UNSPECIFIED]: undefined,
  [WireOverride.NONE]: 'NONE',
  [WireOverride.ON]: 'ON',
  [WireOverride.OFF]: 'OFF',
});

/** All of quirks.graphql. */
export const quirkResolvers: Resolvers = {
  Query: { quirkCatalogue: (_, __, { doors }) => doors.quirks.listQuirks({}) },
  Mutation: {
    overrideStationQuirk: async (_, { stationId, quirk, override }, { doors }) =>
      present((await doors.quirks.overrideStationQuirk({ stationId, quirk, override: overrides.value(override) })).quirk),
  },
  Station: {
    quirksInForce: (station) => station.quirks,
    quirks: async ({ stationId }, _, { doors }) => (await doors.quirks.getStationQuirks({ stationId })).quirks,
  },
  QuirkEntry: {
    vendor: (entry) => textOrNull(entry.vendor),
    firmwareFrom: (entry) => textOrNull(entry.firmwareFrom),
    firmwareBefore: (entry) => textOrNull(entry.firmwareBefore),
    note: (entry) => textOrNull(entry.note),
    stations: async (entry, _, { loaders }) =>
      (await Promise.all(entry.stationIds.map((id) => loaders.station.load(id)))).filter((station) => station !== undefined),
  },
  StationQuirk: { override: (quirk) => overrides.word(quirk.override) },
};
