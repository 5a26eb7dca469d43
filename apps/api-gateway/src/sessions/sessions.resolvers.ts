import type { SessionFilterSchema } from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { QueryResolvers, Resolvers } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import { connection, pageRequest, type PageArgs } from '../mapping/pages.js';
import { iso, isoOrNull, textOf, textOrNull } from '../mapping/values.js';
import { driverOf } from '../people/lookups.js';
import { authorization, buckets, origins, reading, sessionFilter, sessionOf, sessionStatuses, stationRef } from './sessions.mapping.js';

/** A page of the sessions that the filter selects, newest begin first. */
export async function listSessions({ doors }: GatewayContext, args: PageArgs, filter: MessageInitShape<typeof SessionFilterSchema>) {
  const { records, page } = await doors.sessions.listSessions({ filter, page: pageRequest(args) });
  return connection(records.map(sessionOf), page);
}

export const sessionQueries: QueryResolvers = {
  session: async (_, { id }, { doors }) => sessionOf((await doors.sessions.getSession({ sessionId: id })).record),
  sessions: (_, args, context) => listSessions(context, args, sessionFilter(args.filter)),
  sessionSummary: async (_, { filter }, { doors }) => {
    const { sessions, live, energyWh, doubtful } = await doors.sessions.summarizeSessions({ filter: sessionFilter(filter) });
    return { sessions: Number(sessions), live: Number(live), energyWh, doubtful: Number(doubtful) };
  },
  sessionsOverTime: async (_, { filter, bucket, timeZone }, { doors }) => {
    const answer = await doors.sessions.summarizeByTime({
      filter: sessionFilter(filter),
      bucket: buckets.value(bucket),
      timeZone: textOf(timeZone),
    });
    return answer.buckets.map(({ from, sessions, energyWh }) => ({ from: iso(from), sessions: Number(sessions), energyWh }));
  },
};

export const sessionFields: NonNullable<Resolvers['Session']> = {
  id: (session) => session.sessionId,
  status: (session) => sessionStatuses.word(session.status),
  origin: (session) => origins.word(session.origin),
  stationId: (session) => stationRef(session).stationId,
  station: async (session, _, { loaders }) => (await loaders.station.load(stationRef(session).stationId)) ?? null,
  stationIdentity: (session) => stationRef(session).identity,
  siteId: (session) => textOrNull(stationRef(session).siteId),
  siteName: (session) => stationRef(session).siteName,
  locationName: (session) => stationRef(session).locationName,
  evseCode: (session) => textOrNull(stationRef(session).evseCode),
  evseNumber: (session) => stationRef(session).evseNumber,
  connectorNumber: (session) => stationRef(session).connectorNumber,
  timeZone: (session) => stationRef(session).timeZone,
  idToken: (session) => authorization(session).idToken,
  decision: (session) => authorization(session).decision,
  driver: (session, _, { loaders }) => driverOf(loaders, authorization(session).driverId),
  startedAt: (session) => iso(session.startedAt),
  endedAt: (session) => isoOrNull(session.endedAt),
  receivedAt: (session) => iso(session.receivedAt),
  powerW: (session) => session.powerW ?? null,
  socPercent: (session) => session.socPercent ?? null,
  stopReason: (session) => textOrNull(session.stopReason),
  readings: async ({ sessionId }, args, { doors }) => {
    const { meterValues, page } = await doors.stations.listMeterValues({ sessionId, page: pageRequest(args) });
    return connection(meterValues.map(reading), page);
  },
  issues: ({ sessionId }, _, { loaders }) => loaders.sessionIssues.load(sessionId),
};
