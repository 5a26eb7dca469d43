import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SessionRecordService, SessionStatus, type SessionState } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import { INBOX_SQL } from '@ampline/platform-outbox';
import { rlsReport, roleReport } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { eventually } from '@ampline/platform-testing';
import { readFileSync } from 'node:fs';
import { RunningRecords, SECRET } from './running-records.js';
import { sessionStory, type SessionShape } from './told-session.js';

const MINE = uuidv7();
const FOREIGN = uuidv7();

const at = (text: string) => new Date(text);
const SHAPES: (SessionShape & { steps: number })[] = [
  { receivedAt: at('2026-11-20T08:00:00.000Z'), station: 'EXT-001', idToken: 'Card-A', siteId: 'north', steps: 4 },
  { receivedAt: at('2026-11-20T08:00:00.000Z'), station: 'EXT-002', idToken: 'CARD-B', siteId: 'north', steps: 4 },
  {
    receivedAt: at('2026-11-20T09:30:00.250Z'),
    station: 'ext-001',
    idToken: 'CARD-A',
    siteId: 'south',
    doubts: ['meter-backwards'],
    steps: 4,
  },
  { receivedAt: at('2026-11-21T07:00:00.000Z'), station: 'EXT-003', idToken: 'CARD-C', siteId: 'south', steps: 3 },
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
    const foreign = sessionStory({ station: 'EXT-001' });
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
    ['a site', { siteId: 'south' }, [3, 2]],
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
    const walked = ['getSession', 'listSessions', 'summarizeSessions', 'rebuildProjection', 'replayParkedFacts'];
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
