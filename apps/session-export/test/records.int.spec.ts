import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SessionRecordService, SessionStatus, TimeBucket, type SessionState } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Caller, Role } from '@ampline/platform-grpc';
import { INBOX_SQL } from '@ampline/platform-outbox';
import { rlsReport, roleReport } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { eventually } from '@ampline/platform-testing';
import { readFileSync } from 'node:fs';
import { RunningRecords, SECRET } from './running-records.js';
import { sessionStory, type SessionShape } from './told-session.js';

const MINE = uuidv7();
const FOREIGN = uuidv7();

const STATION = uuidv7();
const [ANNA, BEN] = [uuidv7(), uuidv7()];
const FLEET = uuidv7();

const at = (text: string) => new Date(text);
const SHAPES: (SessionShape & { steps: number })[] = [
  {
    receivedAt: at('2026-11-20T08:00:00.000Z'),
    station: 'EXT-001',
    stationId: STATION,
    idToken: 'Card-A',
    siteId: 'north',
    driverId: ANNA,
    organisationId: FLEET,
    steps: 4,
  },
  { receivedAt: at('2026-11-20T08:00:00.000Z'), station: 'EXT-002', idToken: 'CARD-B', siteId: 'north', organisationId: FLEET, steps: 4 },
  {
    receivedAt: at('2026-11-20T09:30:00.250Z'),
    station: 'ext-001',
    idToken: 'CARD-A',
    siteId: 'south',
    doubts: ['meter-backwards'],
    driverId: BEN,
    steps: 4,
  },
  {
    receivedAt: at('2026-11-21T07:00:00.000Z'),
    station: 'EXT-003',
    stationId: STATION,
    idToken: 'CARD-C',
    siteId: 'south',
    driverId: ANNA,
    steps: 3,
  },
];

describe('session records', () => {
  let records: RunningRecords;
  const told: SessionState[] = [];
  let theirs: SessionState;

  beforeAll(async () => {
    records = await RunningRecords.prepare();
    await records.csms.start();
    await records.replica();
    for (const { steps, ...shape } of SHAPES) {
      const story = sessionStory(shape, 4).slice(0, steps);
      await records.csms.tell(MINE, story);
      told.push(story.at(-1) as SessionState);
    }
    const foreign = sessionStory({ station: 'EXT-001', stationId: STATION, driverId: ANNA, organisationId: FLEET });
    await records.csms.tell(FOREIGN, foreign);
    theirs = foreign.at(-1) as SessionState;
    for (const state of [...told, theirs]) {
      await eventually(async () => (await records.version(state.sessionId)) === Number(state.version), { timeoutMs: 20_000 });
    }
  });

  afterAll(async () => {
    await records.stop();
  });

  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'answered',
      (e: unknown) => (AppError.is(e) ? e.code : String(e)),
    );
  const support = () => records.as(['support'], MINE);
  const listed = async (filter: object) => {
    const { records: found } = await support().listSessions({ filter });
    return found.map(({ session }) => told.findIndex((state) => state.sessionId === session?.sessionId));
  };

  it('tell a session exactly as its owner did', async () => {
    for (const state of told) {
      const { record } = await support().getSession({ sessionId: state.sessionId });
      expect(record?.session).toEqual(state);
      expect(record?.updatedAt).toBeDefined();
    }
    expect(await code(support().getSession({ sessionId: uuidv7() }))).toBe('session-export.session-unknown');
    expect(await code(support().getSession({ sessionId: 'four' }))).toBe('ids.not-an-id');
  });

  it.each<[string, object, number[]]>([
    ['no filter', {}, [3, 2, 1, 0]],
    ['live', { status: SessionStatus.ACTIVE }, [3]],
    ['a station, in any case', { stationIdentity: 'EXT-001' }, [2, 0]],
    ['a station, by id', { stationId: STATION }, [3, 0]],
    ['a site', { siteId: 'south' }, [3, 2]],
    ['a driver', { driverId: ANNA }, [3, 0]],
    ['an organisation', { organisationId: FLEET }, [1, 0]],
    ['an id token, in any case', { idToken: 'card-a' }, [2, 0]],
    ['doubtful', { doubtful: true }, [2]],
    ['not doubtful', { doubtful: false }, [3, 1, 0]],
    [
      'a time, its end excluded',
      { startedFrom: timestampFromDate(at('2026-11-20T08:00:00Z')), startedBefore: timestampFromDate(at('2026-11-20T09:30:00.250Z')) },
      [1, 0],
    ],
    ['all at once', { siteId: 'south', idToken: 'CARD-A', doubtful: true, status: SessionStatus.COMPLETED }, [2]],
    ['nothing', { stationIdentity: 'EXT-999' }, []],
  ])('are listed newest first: %s', async (_, filter, expected) => {
    // Two began in the same millisecond: the later id is the newer one.
    const order = [...expected].sort((a, b) => compare(told[b], told[a]));
    expect(await listed(filter)).toEqual(order);
  });

  it('are paged without gaps and repetitions', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { records: found, page } = await support().listSessions({ page: { limit: 1, cursor } });
      seen.push(...found.map(({ session }) => session?.sessionId ?? ''));
      cursor = page?.nextCursor ?? '';
      if (cursor === '') break;
    }
    expect(seen).toEqual([...told].sort((a, b) => compare(b, a)).map((state) => state.sessionId));
    const forged = Buffer.from(JSON.stringify(['yesterday', 'x'])).toString('base64url');
    expect(await code(support().listSessions({ page: { cursor: forged } }))).toBe('database.bad-cursor');
  });

  it('are added up', async () => {
    expect(await support().summarizeSessions({})).toMatchObject({ sessions: 4n, live: 1n, energyWh: 3n * 3_750n + 2_500n, doubtful: 1n });
    expect(await support().summarizeSessions({ filter: { siteId: 'nowhere' } })).toMatchObject({ sessions: 0n, energyWh: 0n });
  });

  it('are added up by hour and day of a zone', async () => {
    const byTime = async (bucket: TimeBucket, timeZone = '', filter = {}) => {
      const { buckets } = await support().summarizeByTime({ bucket, timeZone, filter });
      return buckets.map(({ from, sessions, energyWh }) => [from && timestampDate(from).toISOString(), Number(sessions), Number(energyWh)]);
    };
    expect(await byTime(TimeBucket.DAY)).toEqual([
      ['2026-11-20T00:00:00.000Z', 3, 11_250],
      ['2026-11-21T00:00:00.000Z', 1, 2_500],
    ]);
    expect(await byTime(TimeBucket.DAY, 'Europe/Berlin', { siteId: 'north' })).toEqual([['2026-11-19T23:00:00.000Z', 2, 7_500]]);
    expect(await byTime(TimeBucket.HOUR, 'Asia/Kolkata')).toEqual([
      ['2026-11-20T07:30:00.000Z', 2, 7_500],
      ['2026-11-20T09:30:00.000Z', 1, 3_750],
      ['2026-11-21T06:30:00.000Z', 1, 2_500],
    ]);
    expect(await code(byTime(TimeBucket.UNSPECIFIED))).toBe('session-export.invalid-field');
    expect(await code(byTime(TimeBucket.DAY, '+01:00'))).toBe('session-export.invalid-field');
  });

  it('are added up apart in an hour that clocks have twice, and in no more than 1,000 buckets', async () => {
    const tenant = uuidv7();
    const begun = (seconds: string, sessions: number) =>
      records.admin.query(
        `INSERT INTO session_export.session_record
         SELECT (jsonb_populate_record(r, jsonb_build_object('session_id', gen_random_uuid(), 'tenant_id', $2::text,
                   'started_at', timestamptz '2026-10-25 00:30Z' + n * $3::interval))).*
           FROM session_export.session_record AS r, generate_series(1, $4::int) AS n WHERE r.session_id = $1`,
        [told[0]?.sessionId, tenant, seconds, sessions],
      );
    const client = records.as(['analyst'], tenant);
    const berlin = { bucket: TimeBucket.HOUR, timeZone: 'Europe/Berlin' };
    await begun('20 minutes', 3);
    const { buckets } = await client.summarizeByTime(berlin);
    expect(buckets.map(({ from, sessions }) => [from && timestampDate(from).toISOString(), Number(sessions)])).toEqual([
      ['2026-10-25T00:00:00.000Z', 1],
      ['2026-10-25T01:00:00.000Z', 2],
    ]);
    await begun('1 hour', 1_000);
    expect(await code(client.summarizeByTime(berlin))).toBe('session-export.too-many-buckets');
    expect((await client.summarizeByTime({ ...berlin, bucket: TimeBucket.DAY })).buckets).toHaveLength(42);
  });

  it('are had by their ids, and by the stations at which they are live', async () => {
    const ids = told.map(({ sessionId }) => sessionId);
    const found = await support().batchGetSessions({ sessionIds: [...ids, uuidv7(), theirs.sessionId] });
    expect(found.records.map(({ session }) => session?.sessionId)).toEqual([...ids].sort());
    const live = await support().listLiveSessions({ stationIds: [STATION, uuidv7()] });
    expect(live.records.map(({ session }) => session)).toEqual([told[3]]);
    expect(await support().listLiveSessions({})).toMatchObject({ records: [] });
    const tooMany = Array.from({ length: 501 }, () => uuidv7());
    expect(await code(support().batchGetSessions({ sessionIds: tooMany }))).toBe('session-export.invalid-field');
    expect(await code(support().listLiveSessions({ stationIds: tooMany }))).toBe('session-export.invalid-field');
  });

  it.each<[string, Role[], Partial<Caller>, number[]]>([
    ['a driver', ['driver'], { driverId: ANNA }, [0, 3]],
    ['another driver', ['driver'], { driverId: BEN }, [2]],
    ['a driver without a driver', ['driver'], { organisationId: FLEET }, []],
    ['a fleet manager', ['fleet-manager'], { organisationId: FLEET }, [0, 1]],
    ['a fleet manager who drives', ['fleet-manager', 'driver'], { organisationId: FLEET, driverId: BEN }, [0, 1, 2]],
    ['an operator who drives', ['operator', 'driver'], { driverId: BEN }, [0, 1, 2, 3]],
    ['an API key', [], { kind: 'api-key', scopes: ['sessions:read'] }, [0, 1, 2, 3]],
  ])('shown to %s are those of theirs alone, by every method', async (_, roles, o, expected) => {
    const client = records.as(roles, MINE, o);
    const indexes = (found: { session?: SessionState }[]) =>
      found.map(({ session }) => told.findIndex(({ sessionId }) => sessionId === session?.sessionId)).sort();
    expect(indexes((await client.listSessions({})).records)).toEqual(expected);
    const sessionIds = [...told, theirs].map(({ sessionId }) => sessionId);
    expect(indexes((await client.batchGetSessions({ sessionIds })).records)).toEqual(expected);
    for (const [i, sessionId] of sessionIds.entries()) {
      const outcome = expected.includes(i) ? 'answered' : 'session-export.session-unknown';
      expect(await code(client.getSession({ sessionId }))).toBe(outcome);
    }
    expect(indexes((await client.listLiveSessions({ stationIds: [STATION] })).records)).toEqual(expected.filter((i) => i === 3));
    expect((await client.summarizeSessions({})).sessions).toBe(BigInt(expected.length));
    const { buckets } = await client.summarizeByTime({ bucket: TimeBucket.DAY });
    expect(buckets.reduce((sum, { sessions }) => sum + Number(sessions), 0)).toBe(expected.length);
    // A filter narrows, and never widens.
    expect(indexes((await client.listSessions({ filter: { driverId: ANNA } })).records)).toEqual(
      expected.filter((i) => i === 0 || i === 3),
    );
  });

  it('shown to a guest is the one that the link is for', async () => {
    const guest = records.as(['guest'], MINE, { kind: 'guest', resource: `session:${told[1]?.sessionId}` });
    const sessionIds = [...told, theirs].map(({ sessionId }) => sessionId);
    expect((await guest.getSession({ sessionId: sessionIds[1] as string })).record?.session).toEqual(told[1]);
    expect((await guest.batchGetSessions({ sessionIds })).records.map(({ session }) => session)).toEqual([told[1]]);
    expect(await code(guest.getSession({ sessionId: sessionIds[0] as string }))).toBe('session-export.session-unknown');
    expect(await code(guest.listSessions({}))).toBe('grpc.role-missing');
    for (const resource of ['', 'session:', `station:${sessionIds[1]}`, 'session:x', `session:${theirs.sessionId}`]) {
      const odd = records.as(['guest'], MINE, { kind: 'guest', resource });
      expect((await odd.batchGetSessions({ sessionIds })).records).toEqual([]);
    }
  });

  it('lie in the month in which their session was made', async () => {
    const { rows } = await records.admin.query<{ partition: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS partition FROM session_export.session_record WHERE tenant_id = $1',
      [MINE],
    );
    expect(rows).toEqual([{ partition: 'session_export.session_record_m202611' }]);
  });

  it('of another tenant are out of reach, through every method', async () => {
    const sessionId = theirs.sessionId;
    const client = support();
    expect(await code(client.getSession({ sessionId }))).toBe('session-export.session-unknown');
    expect((await client.listSessions({ filter: { stationIdentity: 'EXT-001' } })).records).toHaveLength(2);
    expect((await client.summarizeSessions({ filter: { stationIdentity: 'EXT-001' } })).sessions).toBe(2n);
    expect(await code(client.getSession({ sessionId }, { tenantId: FOREIGN }))).toBe('grpc.tenant-foreign');
    expect(await code(client.rebuildProjection({}))).toBe('grpc.role-missing');
    expect(await code(client.replayParkedFacts({}))).toBe('grpc.role-missing');
    expect((await client.batchGetSessions({ sessionIds: [sessionId] })).records).toEqual([]);
    expect((await client.listLiveSessions({ stationIds: [STATION] })).records).toHaveLength(1);
    expect((await client.summarizeByTime({ bucket: TimeBucket.DAY, filter: { organisationId: FLEET } })).buckets).toMatchObject([
      { sessions: 2n },
    ]);
    const walked = [
      'getSession',
      'listSessions',
      'batchGetSessions',
      'listLiveSessions',
      'summarizeByTime',
      'summarizeSessions',
      'rebuildProjection',
      'replayParkedFacts',
    ];
    expect(SessionRecordService.methods.map((method) => method.localName)).toEqual(walked);
  });

  it('are kept apart by the database itself', async () => {
    expect(await rlsReport(records.database.adminUrl, ['session_export'])).toEqual([]);
    for (const role of ['session_export_app', 'session_export_worker']) {
      expect(await roleReport(records.database.urlFor(role, derivedPassword(SECRET, `postgres:${role}`)))).toEqual([]);
    }
    expect(readFileSync(new URL('../migrations/0001_init.sql', import.meta.url), 'utf8')).toContain(INBOX_SQL);
  });
});

function compare(a: SessionState | undefined, b: SessionState | undefined): number {
  const key = (state: SessionState | undefined) => `${Number(state?.startedAt?.seconds)}.${state?.startedAt?.nanos}|${state?.sessionId}`;
  return key(a) < key(b) ? -1 : 1;
}
