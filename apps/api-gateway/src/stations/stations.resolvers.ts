import type { ListStationsRequest } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, Resolvers, StationFilter } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import { connection, pageRequest, type PageArgs } from '../mapping/pages.js';
import { isoOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { sessionOf } from '../sessions/sessions.mapping.js';
import { listSessions } from '../sessions/sessions.resolvers.js';
import { listCommands } from './commands.resolvers.js';
import { askedStation, locationOf, siteOf } from './lookups.js';
import { directions, evse, ocppMessage, registrations, stationCounts, statusText } from './stations.mapping.js';

type StationSelection = Partial<Omit<ListStationsRequest, 'page' | '$typeName' | '$unknown'>>;

/** A page of the stations that the filter selects. */
export async function listStations({ doors }: GatewayContext, args: PageArgs, selection: StationSelection) {
  const { stations, page } = await doors.stations.listStations({ page: pageRequest(args), ...selection });
  return connection(stations, page);
}

/** The filter as services know it. */
export function selectionOf(filter: StationFilter | null | undefined): StationSelection {
  return {
    siteId: textOf(filter?.siteId),
    search: textOf(filter?.search),
    registration: registrations.value(filter?.registration),
    connectorStatuses: (filter?.connectorStatuses ?? []).map(statusText),
    ...(typeof filter?.online === 'boolean' && { online: filter.online }),
  };
}

export const stationQueries: QueryResolvers = {
  station: (_, { id }, context) => askedStation(context, { stationId: id }),
  stationByIdentity: (_, { identity }, context) => askedStation(context, { identity }),
  stations: (_, args, context) => listStations(context, args, selectionOf(args.filter)),
  stationCounts: async (_, { siteIds }, { doors }) => stationCounts((await doors.stations.countStations({ siteIds: siteIds ?? [] })).total),
};

export const stationMutations: MutationResolvers = {
  createStation: async (_, { input }, { doors }) => {
    const { locationId, identity, evses } = input;
    const { station } = await doors.stations.createStation({
      locationId,
      identity,
      password: textOf(input.password),
      vendor: textOf(input.vendor),
      model: textOf(input.model),
      evses: evses.map(({ code, connectors }) => ({
        code: textOf(code),
        connectors: connectors.map(({ type, maxPowerW }) => ({ type, maxPowerW: BigInt(maxPowerW) })),
      })),
    });
    return present(station);
  },
  setRegistration: async (_, { stationId, registration }, { doors }) =>
    present((await doors.stations.setRegistration({ stationId, registration: registrations.value(registration) })).station),
  setStationPassword: async (_, { stationId, password }, { doors }) => {
    await doors.stations.setStationPassword({ stationId, password });
    return true;
  },
};

export const stationFields: NonNullable<Resolvers['Station']> = {
  id: (station) => station.stationId,
  site: (station, _, { loaders }) => siteOf(loaders, station.siteId),
  location: (station, _, { loaders }) => locationOf(loaders, station.locationId),
  registration: (station) => registrations.word(station.registration),
  onlineChangedAt: (station) => isoOrNull(station.onlineChangedAt),
  vendor: (station) => textOrNull(station.vendor),
  model: (station) => textOrNull(station.model),
  serialNumber: (station) => textOrNull(station.serialNumber),
  firmwareVersion: (station) => textOrNull(station.firmwareVersion),
  protocol: (station) => textOrNull(station.protocol),
  lastSeenAt: (station) => isoOrNull(station.lastSeenAt),
  lastBootAt: (station) => isoOrNull(station.lastBootAt),
  backEnd: (station) => station.backEnd || 'csms',
  transport: (station) => textOrNull(station.transport),
  evses: (station) => station.evses.map(evse),
  liveSessions: async (station, _, { loaders }) => (await loaders.liveSessions.load(station.stationId)).map(sessionOf),
  openIssues: (station, _, { loaders }) => loaders.openIssues.load(station.stationId),
  commands: ({ stationId }, args, context) => listCommands(context, args, stationId),
  sessions: ({ stationId }, args, context) => listSessions(context, args, { stationId }),
  messages: async ({ stationId }, args, { doors }) => {
    const { filter } = args;
    const { messages, page } = await doors.stations.listMessages({
      stationId,
      page: pageRequest(args),
      action: textOf(filter?.action),
      direction: directions.value(filter?.direction),
      result: filter?.failedOnly ? 'not-ok' : '',
      receivedFrom: timestampOf(filter?.from),
      receivedBefore: timestampOf(filter?.before),
      text: textOf(filter?.text),
    });
    return connection(
      messages.map((message) => ocppMessage(stationId, message)),
      page,
    );
  },
};
