import {
  CallerKind,
  CommandStateSchema,
  IntakeIssueStateSchema,
  ReservationStateSchema,
  SessionStateSchema,
  StationStateSchema,
  type MessageTelemetry,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { LiveFeed, LiveReading, Missed } from '../src/live/live-feed.js';
import { Api } from './support/api.js';
import { AT, AT_ISO, command, idOf, issue, record, reservation, station, worldOf } from './support/world.js';

const GAP: Missed = { missed: 'OVERFLOW' };

/** A feed that tells these, as far as they are selected, and ends. */
function feed<T extends object>(events: (T | Missed)[]) {
  return async function* (select: (event: T) => boolean): AsyncIterableIterator<T | Missed> {
    for (const event of events) if ('missed' in event || select(event)) yield await Promise.resolve(event);
  };
}

describe('subscriptions', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  beforeEach(() => {
    api.standIns.answers = worldOf(3);
  });
  afterAll(() => api.stop());

  /** All that a subscription tells until it ends. */
  async function told(source: string, o: Parameters<Api['context']>[0] = {}): Promise<unknown[]> {
    const events = await api.subscribe(source, api.context(o));
    if (!('next' in events)) throw new Error(JSON.stringify(events.errors));
    const all: unknown[] = [];
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const { data, errors } = next.value;
      all.push(errors ? errors.map((error) => (error.originalError as { code?: string }).code) : Object.values(data ?? {})[0]);
    }
    return JSON.parse(JSON.stringify(all)) as unknown[];
  }

  async function refusal(source: string, o: Parameters<Api['context']>[0] = {}): Promise<string | undefined> {
    const outcome = (await api.subscribe(source, api.context(o))) as ExecutionResult;
    return (outcome.errors?.[0]?.originalError as { code?: string } | undefined)?.code;
  }

  describe('stationChanged', () => {
    const stations = feed([0, 1, 15].map((n) => create(StationStateSchema, station(n))));
    const live = { stations };

    it('tells of all stations, of those of a site, and of some', async () => {
      const of = (args: string) => told(`subscription { stationChanged${args} { ... on Station { identity } } }`, { live });
      expect(await of('')).toEqual([{ identity: 'ST-0' }, { identity: 'ST-1' }, { identity: 'ST-15' }]);
      expect(await of(`(siteId: "${idOf('site', 1)}")`)).toEqual([{ identity: 'ST-15' }]);
      expect(await of(`(stationIds: ["${idOf('station', 1)}"])`)).toEqual([{ identity: 'ST-1' }]);
      expect(await of(`(siteId: "${idOf('site', 1)}", stationIds: ["${idOf('station', 1)}"])`)).toEqual([]);
    });

    it('tells of a gap', async () => {
      const query = 'subscription { stationChanged { __typename ... on Resync { reason } } }';
      const events = await told(query, { live: { stations: feed([GAP, create(StationStateSchema, station(0))]) } });
      expect(events).toEqual([{ __typename: 'Resync', reason: 'OVERFLOW' }, { __typename: 'Station' }]);
    });

    it('refuses a site or station that is foreign or unknown', async () => {
      api.standIns.answers = { stations: { batchGetPlaces: () => ({}), batchGetStations: () => ({ stations: [station(1)] }) } };
      const site = `subscription { stationChanged(siteId: "${idOf('site', 9)}") { __typename } }`;
      expect(await refusal(site, { live })).toBe('api.site-unknown');
      const some = `subscription { stationChanged(stationIds: ["${idOf('station', 1)}", "${idOf('station', 9)}"]) { __typename } }`;
      expect(await refusal(some, { live })).toBe('api.station-unknown');
    });

    it('tells with each event what is true then', async () => {
      let sessions = 0;
      const changing = feed([0, 0].map((n) => create(StationStateSchema, station(n))));
      api.standIns.answers = { sessions: { listLiveSessions: () => ({ records: sessions++ === 0 ? [record(0)] : [] }) } };
      const query = 'subscription { stationChanged { ... on Station { liveSessions { id } } } }';
      const events = await told(query, { live: { stations: changing } });
      expect(events).toEqual([{ liveSessions: [{ id: idOf('session', 0) }] }, { liveSessions: [] }]);
    });
  });

  describe('messageLogged', () => {
    const message: MessageTelemetry = {
      messageUuid: 'm1',
      stationId: idOf('station', 1),
      receivedAt: AT_ISO,
      direction: 'from-station',
      action: 'Heartbeat',
      messageId: '1',
      requestFrame: '[2,"1","Heartbeat",{}]',
      responseFrame: '',
      result: 'ok',
      deviations: [],
    };
    const query = `subscription { messageLogged(stationId: "${idOf('station', 1)}") {
      ... on OcppMessage { id direction requestFrame responseFrame } ... on Resync { reason } } }`;

    it('watches the station by its identity', async () => {
      const asked: object[] = [];
      const messages: LiveFeed['messages'] = (o) => {
        asked.push(o);
        return feed([message, GAP])(() => true);
      };
      expect(await told(query, { live: { messages } })).toEqual([
        { id: 'm1', direction: 'FROM_STATION', requestFrame: message.requestFrame, responseFrame: null },
        { reason: 'OVERFLOW' },
      ]);
      expect(asked).toEqual([{ stationId: idOf('station', 1), identity: 'ST-1' }]);
    });

    it('does not watch what the viewer may not see', async () => {
      api.standIns.answers = { stations: { getStation: unknown('csms.station-unknown') } };
      expect(await refusal(query)).toBe('csms.station-unknown');
    });
  });

  describe('commandChanged', () => {
    const changes = [0, 1].map((n) => create(CommandStateSchema, { ...command(n), $typeName: undefined, tenantId: 't', version: 1n }));
    const live = { commands: feed([...changes, GAP]) };

    it('tells of all commands, and of those of a station', async () => {
      const of = (args: string) => told(`subscription { commandChanged${args} { ... on Command { stationIdentity outcome } } }`, { live });
      const sent = (n: number) => ({ stationIdentity: `ST-${n}`, outcome: 'ANSWERED' });
      expect(await of('')).toEqual([sent(0), sent(1), {}]);
      expect(await of(`(stationId: "${idOf('station', 1)}")`)).toEqual([sent(1), {}]);
    });

    it('refuses a station that is foreign or unknown', async () => {
      api.standIns.answers = { stations: { getStation: unknown('csms.station-unknown') } };
      const query = `subscription { commandChanged(stationId: "${idOf('station', 1)}") { __typename } }`;
      expect(await refusal(query, { live })).toBe('csms.station-unknown');
    });
  });

  describe('reservationChanged', () => {
    const live = { reservations: feed([...[0, 1].map((n) => create(ReservationStateSchema, reservation(n))), GAP]) };

    it('tells of all reservations, and of those of a station', async () => {
      const of = (args: string) =>
        told(`subscription { reservationChanged${args} { ... on Reservation { stationIdentity status } } }`, { live });
      const changed = (n: number) => ({ stationIdentity: `ST-${n}`, status: 'BROKEN' });
      expect(await of('')).toEqual([changed(0), changed(1), {}]);
      expect(await of(`(stationId: "${idOf('station', 1)}")`)).toEqual([changed(1), {}]);
    });
  });

  describe('sessionChanged', () => {
    const live = { sessions: feed([...[0, 1, 15].map((n) => create(SessionStateSchema, record(n).session)), GAP]) };
    const of = (args: string, viewer = {}) =>
      told(`subscription { sessionChanged${args} { ... on Session { stationIdentity } } }`, { live, viewer });

    it('tells of all sessions, of those at a station or site, and of one', async () => {
      const at = (n: number) => ({ stationIdentity: `ST-${n}` });
      expect(await of('')).toEqual([at(0), at(1), at(15), {}]);
      expect(await of(`(stationId: "${idOf('station', 1)}")`)).toEqual([at(1), {}]);
      expect(await of(`(siteId: "${idOf('site', 1)}")`)).toEqual([at(15), {}]);
      expect(await of(`(sessionId: "${idOf('session', 0)}")`)).toEqual([at(0), {}]);
    });

    it('tells a guest of their session alone', async () => {
      const guest = { kind: CallerKind.GUEST, resource: `session:${idOf('session', 1)}` };
      expect(await of('', guest)).toEqual([{ stationIdentity: 'ST-1' }, {}]);
      expect(api.standIns.only('sessions.getSession').request).toMatchObject({ sessionId: idOf('session', 1) });
    });

    it('lets drivers name a station that they may not read', async () => {
      const forbidden = () => {
        throw new AppError({ kind: 'forbidden', code: 'grpc.role-missing', message: 'No.' });
      };
      api.standIns.answers = { stations: { getStation: forbidden, batchGetPlaces: forbidden } };
      expect(await of(`(stationId: "${idOf('station', 1)}")`)).toEqual([{ stationIdentity: 'ST-1' }, {}]);
      expect(await of(`(siteId: "${idOf('site', 1)}")`)).toEqual([{ stationIdentity: 'ST-15' }, {}]);
    });

    it('refuses what is foreign or unknown', async () => {
      const getSession = unknown('session-export.session-unknown');
      api.standIns.answers = {
        sessions: { getSession },
        stations: { getStation: unknown('csms.station-unknown'), batchGetPlaces: () => ({}) },
      };
      const refused = (args: string) => refusal(`subscription { sessionChanged(${args}) { __typename } }`, { live });
      expect(await refused(`sessionId: "${idOf('session', 9)}"`)).toBe('session-export.session-unknown');
      expect(await refused(`stationId: "${idOf('station', 9)}"`)).toBe('csms.station-unknown');
      expect(await refused(`siteId: "${idOf('site', 9)}"`)).toBe('api.site-unknown');
    });
  });

  describe('sessionReading', () => {
    const query = `subscription { sessionReading(sessionId: "${idOf('session', 15)}") {
      ... on Reading { at registerWh powerW socPercent } ... on Resync { reason } } }`;

    it('listens at the site of the session', async () => {
      const reading: LiveReading = { sessionId: idOf('session', 15), at: AT_ISO, registerWh: '4100', powerW: null, socPercent: 60 };
      const asked: object[] = [];
      const readings: LiveFeed['readings'] = (o) => {
        asked.push(o);
        return feed([reading, { ...reading, registerWh: null }, GAP])(() => true);
      };
      expect(await told(query, { live: { readings } })).toEqual([
        { at: AT_ISO, registerWh: 4100, powerW: null, socPercent: 60 },
        { at: AT_ISO, registerWh: null, powerW: null, socPercent: 60 },
        { reason: 'OVERFLOW' },
      ]);
      expect(asked).toEqual([{ sessionId: idOf('session', 15), siteId: idOf('site', 1) }]);
    });

    it('refuses a session that is foreign or unknown', async () => {
      api.standIns.answers = { sessions: { getSession: unknown('session-export.session-unknown') } };
      expect(await refusal(query)).toBe('session-export.session-unknown');
    });
  });

  describe('intakeIssueChanged', () => {
    it('tells the whole issue, and goes on after one that cannot be read', async () => {
      const changes = [0, 1, 2].map((n) => create(IntakeIssueStateSchema, { issueId: idOf('issue', n), raisedAt: AT }));
      const getIntakeIssue = ({ issueId }: { issueId: string }) =>
        issueId === idOf('issue', 1) ? unknown('csms.issue-unknown')() : { issue: issue(issueId === idOf('issue', 0) ? 0 : 2) };
      api.standIns.answers = { intake: { getIntakeIssue } };
      const query = 'subscription { intakeIssueChanged { ... on IntakeIssue { stationIdentity explanation detail } } }';
      const whole = (n: number) => ({ stationIdentity: `ST-${n}`, explanation: 'The register went back.', detail: { from: 5 } });
      const events = await told(query, { live: { issues: feed([...changes, GAP]) } });
      expect(events).toEqual([whole(0), ['csms.issue-unknown'], whole(2), {}]);
    });
  });
});

function unknown(code: string): () => never {
  return () => {
    throw new AppError({ kind: 'not-found', code, message: 'There is no such thing.' });
  };
}
