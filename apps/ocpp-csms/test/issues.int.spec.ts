import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IntakeIssueStatus, IntakeService, type IntakeIssue } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { grpcClient, TokenIssuer, type Client, type Role } from '@ampline/platform-grpc';
import { testTelemetry } from '@ampline/platform-telemetry';
import { codeOf, RunningCsms, SECRET, type TestTenant } from './support/running-csms.js';
import { meterValueOf, StationOnTheWire } from './support/station-on-the-wire.js';

type Work = Client<typeof IntakeService>;

let csms: RunningCsms;
let mine: TestTenant;
let work: Work;
const clients: Work[] = [];
let stations = 0;

beforeAll(async () => {
  csms = await RunningCsms.start();
  mine = await csms.tenant('meins');
  work = as('operator', mine.tenantId);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await csms.stop();
});

function as(role: Role, tenantId: string): Work {
  const token = () => new TokenIssuer(SECRET).issue({ subject: `some-${role}`, roles: [role], tenantId });
  const url = csms.replicas[0]?.url ?? '';
  const client = grpcClient(IntakeService, { url, telemetry: testTelemetry('caller', { spans: false }), token, timeoutMs: 60_000 });
  clients.push(client);
  return client;
}

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

async function freshStation(tenant: TestTenant = mine): Promise<StationOnTheWire> {
  const identity = `S-${(stations += 1)}`;
  const { stationId } = await csms.station(tenant, identity, { evses: 2 });
  return new StationOnTheWire(csms.bus, { tenantId: tenant.tenantId, tenant: tenant.slug, stationId, identity });
}

const issuesOf = async (station: StationOnTheWire): Promise<IntakeIssue[]> =>
  (await work.listIntakeIssues({ stationId: station.stationId })).issues;

/** The only open issue of the station. */
async function issueOf(station: StationOnTheWire): Promise<{ issueId: string; issue: IntakeIssue }> {
  const open = (await issuesOf(station)).filter(({ state }) => state?.status === IntakeIssueStatus.OPEN);
  expect(open).toHaveLength(1);
  const issue = open[0] as IntakeIssue;
  return { issueId: issue.state?.issueId ?? '', issue };
}

async function sessionsOf(station: StationOnTheWire): Promise<Record<string, unknown>[]> {
  const { rows } = await csms.admin.query<Record<string, unknown>>(
    `SELECT transaction_id AS "sessionId", state, energy_wh::int AS "energyWh", doubts, estimated, version::int, connector_number AS connector
       FROM ocpp_transaction WHERE station_id = $1 ORDER BY ocpp_id`,
    [station.stationId],
  );
  return rows;
}

const lastFact = async (key: unknown): Promise<Record<string, unknown> | undefined> => {
  const { rows } = await csms.admin.query<{ payload: Record<string, unknown> }>(
    'SELECT payload::jsonb FROM outbox WHERE key = $1 ORDER BY version DESC LIMIT 1',
    [key],
  );
  return rows[0]?.payload;
};

describe('an issue', () => {
  it('is listed with its message, told as a fact, and is gone from the open ones when resolved', async () => {
    const station = await freshStation();
    await station.end(4_711_000, { timestamp: ago(1) });
    const { issueId, issue } = await issueOf(station);
    expect(issue).toMatchObject({ state: { reason: 'stop-unknown-transaction', stationIdentity: station.identity, version: 1n } });
    expect(JSON.parse(issue.frame)).toMatchObject([2, expect.any(String), 'StopTransaction', { transactionId: 4_711_000 }]);
    expect(await lastFact(issueId)).toMatchObject({ reason: 'stop-unknown-transaction', status: 'INTAKE_ISSUE_STATUS_OPEN' });

    expect(issue.resolutions).toEqual(['dismiss', 'attach-stop', 'create-session']);
    const { counts } = await work.countIntakeIssues({});
    expect(counts).toContainEqual(expect.objectContaining({ reason: 'stop-unknown-transaction', open: 1n }));
    const found = await work.listIntakeIssues({ stationIds: [uuidv7(), station.stationId], reason: 'stop-unknown-transaction' });
    expect(found.issues).toEqual([issue]);
    expect((await work.listIntakeIssues({ stationIds: [uuidv7()] })).issues).toEqual([]);
    expect(await codeOf(work.listIntakeIssues({ stationIds: [uuidv7()], stationId: station.stationId }))).toBe('csms.invalid-field');
    const { issue: resolved } = await work.resolveIntakeIssue({
      issueId,
      resolution: { case: 'dismiss', value: {} },
      note: 'a test of the fitter',
    });
    expect(resolved?.state).toMatchObject({
      status: IntakeIssueStatus.RESOLVED,
      resolvedBy: 'some-operator',
      resolution: 'dismiss',
      version: 2n,
    });
    expect(await lastFact(issueId)).toMatchObject({ status: 'INTAKE_ISSUE_STATUS_RESOLVED', version: '2' });
    expect((await work.listIntakeIssues({ stationId: station.stationId, status: IntakeIssueStatus.OPEN })).issues).toEqual([]);
    expect(resolved?.resolutions).toEqual([]);
    const { rows } = await csms.admin.query(
      `SELECT payload::jsonb -> 'actor' ->> 'id' AS actor, payload::jsonb ->> 'detailJson' AS detail FROM outbox
        WHERE subject LIKE 'fact.csms.audit.recorded.v1.%' AND payload::jsonb ->> 'entityId' = $1`,
      [issueId],
    );
    expect(rows).toEqual([
      { actor: 'some-operator', detail: JSON.stringify({ resolution: 'dismiss', station: station.identity, sessionId: null }) },
    ]);
    expect(await sessionsOf(station)).toEqual([]);
    const audit = csms.replicas[0]?.telemetry.lines.find(
      ({ event, issueId: of }) => event === 'audit.intake-issue-resolved' && of === issueId,
    );
    expect(audit).toMatchObject({ by: 'some-operator', resolution: 'dismiss' });
  });

  it('that was resolved, that is unknown, or with an unfit resolution is refused', async () => {
    const station = await freshStation();
    await station.end(-1, { timestamp: ago(1) });
    const { issueId } = await issueOf(station);
    const resolve = (resolution: Parameters<Work['resolveIntakeIssue']>[0]['resolution'], id = issueId) =>
      codeOf(work.resolveIntakeIssue({ issueId: id, ...(resolution && { resolution }) }));
    expect(await resolve(undefined)).toBe('csms.intake-issue.resolution-missing');
    expect(await resolve({ case: 'accept', value: {} })).toBe('csms.intake-issue.resolution-unfit');
    expect(await resolve({ case: 'attachStop', value: { sessionId: uuidv7() } })).toBe('csms.intake-issue.session-unknown');
    expect(await resolve({ case: 'createSession', value: { meterStartWh: 9_000n, evseNumber: 1 } })).toBe('csms.intake-issue.bad-register');
    expect(await resolve({ case: 'createSession', value: { meterStartWh: 0n, evseNumber: 65 } })).toBe('csms.intake-issue.bad-evse');
    expect(await resolve({ case: 'dismiss', value: {} }, uuidv7())).toBe('csms.intake-issue.unknown');
    expect(await resolve({ case: 'dismiss', value: {} })).toBe('answered');
    expect(await resolve({ case: 'dismiss', value: {} })).toBe('csms.intake-issue.resolved-already');
  });

  it('is found by its session, among those of several', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(5), meterStart: 1_000 });
    await station.end(ocppId, { timestamp: ago(1), meterStop: 500 });
    const { issueId, issue } = await issueOf(station);
    const sessionId = issue.state?.sessionId ?? '';
    const idsOf = async (request: Parameters<Work['listIntakeIssues']>[0]) =>
      (await work.listIntakeIssues(request)).issues.map(({ state }) => state?.issueId);
    expect(await idsOf({ sessionIds: [uuidv7(), sessionId] })).toEqual([issueId]);
    expect(await idsOf({ sessionId })).toEqual([issueId]);
    expect(await idsOf({ sessionIds: [uuidv7()] })).toEqual([]);
    expect(await codeOf(work.listIntakeIssues({ sessionId, sessionIds: [sessionId] }))).toMatch(/^csms\./);
  });

  it('is paged through, newest first', async () => {
    const station = await freshStation();
    for (let n = 1; n <= 5; n += 1) await station.end(-n, { timestamp: ago(n) });
    const { stationId } = station;
    const first = await work.listIntakeIssues({ stationId, page: { limit: 3 } });
    const second = await work.listIntakeIssues({ stationId, page: { limit: 3, cursor: first.page?.nextCursor ?? '' } });
    const seen = [...first.issues, ...second.issues].map(
      ({ detailJson }) => (JSON.parse(detailJson) as { ocppTransactionId: number }).ocppTransactionId,
    );
    expect(seen).toEqual([-5, -4, -3, -2, -1]);
    expect(second.page?.nextCursor).toBe('');
  });

  it('of another tenant is not seen and not resolved', async () => {
    const theirs = await csms.tenant('fremd');
    const station = await freshStation(theirs);
    await station.end(-1, { timestamp: ago(1) });
    expect((await work.listIntakeIssues({ stationId: station.stationId })).issues).toEqual([]);
    const issueId = (await as('operator', theirs.tenantId).listIntakeIssues({})).issues[0]?.state?.issueId ?? '';
    expect(await codeOf(work.getIntakeIssue({ issueId }))).toBe('csms.intake-issue.unknown');
    expect(await codeOf(work.resolveIntakeIssue({ issueId, resolution: { case: 'dismiss', value: {} } }))).toBe(
      'csms.intake-issue.unknown',
    );
  });

  it('is read by support, and resolved by operators and tenant admins', async () => {
    const station = await freshStation();
    await station.end(-1, { timestamp: ago(1) });
    const { issueId } = await issueOf(station);
    const dismiss = { issueId, resolution: { case: 'dismiss' as const, value: {} } };
    const support = as('support', mine.tenantId);
    expect(await codeOf(support.getIntakeIssue({ issueId }))).toBe('answered');
    expect(await codeOf(support.resolveIntakeIssue(dismiss))).toBe('grpc.role-missing');
    expect(await codeOf(as('tenant-admin', mine.tenantId).resolveIntakeIssue(dismiss))).toBe('answered');
  });
});

describe('the stop of an unknown transaction', () => {
  it('attached to a session ends it with the values of the message, its readings included', async () => {
    const station = await freshStation();
    await station.begin({ timestamp: ago(60) });
    await station.end(-1, { timestamp: ago(5), meterStop: 6_000, transactionData: [meterValueOf(3_000, ago(30))] });
    const { issueId } = await issueOf(station);
    const [session] = await sessionsOf(station);
    const sessionId = String(session?.['sessionId']);
    await work.resolveIntakeIssue({ issueId, resolution: { case: 'attachStop', value: { sessionId } } });
    expect(await sessionsOf(station)).toMatchObject([{ state: 'ended', energyWh: 5_000, doubts: [], estimated: false }]);
    expect((await lastFact(sessionId))?.['readings']).toMatchObject([{}, { registerWh: '3000' }, { registerWh: '6000' }]);
    expect((await issuesOf(station))[0]?.state).toMatchObject({ sessionId, resolution: 'attach-stop' });
    expect((await work.listIntakeIssues({ sessionId })).issues).toEqual(await issuesOf(station));
  });

  it('becomes a session of its own, told as begun and as ended', async () => {
    const station = await freshStation();
    await station.end(-1, { timestamp: ago(5), meterStop: 6_000, idTag: 'CARD' });
    const { issueId } = await issueOf(station);
    await work.resolveIntakeIssue({ issueId, resolution: { case: 'createSession', value: { meterStartWh: 2_500n, evseNumber: 2 } } });
    const [session, ...more] = await sessionsOf(station);
    expect(more).toEqual([]);
    expect(session).toMatchObject({ state: 'ended', energyWh: 3_500, doubts: [], estimated: true, connector: 2, version: 2 });
    expect(await lastFact(session?.['sessionId'])).toMatchObject({
      station: { evseNumber: 2 },
      authorization: { idToken: 'CARD' },
      energyWh: '3500',
    });
  });
});

describe('a doubt about a session', () => {
  it('is gone when it is accepted, and no sooner than its last issue is', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: '1970-01-01T00:00:00Z' });
    await station.end(ocppId, { timestamp: '1970-01-01T01:00:00Z' });
    const [first, second] = (await issuesOf(station)).map(({ state }) => state?.issueId ?? '');
    const accept = (issueId = '') => work.resolveIntakeIssue({ issueId, resolution: { case: 'accept', value: {} } });
    await accept(first);
    expect(await sessionsOf(station)).toMatchObject([{ doubts: ['clock-past'], version: 2 }]);
    await accept(second);
    const [session] = await sessionsOf(station);
    expect(session).toMatchObject({ doubts: [], energyWh: 7_000, version: 3 });
    expect(await lastFact(session?.['sessionId'])).toMatchObject({ version: '3', status: 'SESSION_STATUS_COMPLETED' });
  });

  it('about its register is settled by closing it at another', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(30), meterStart: 5_000 });
    await station.end(ocppId, { timestamp: ago(1), meterStop: 12 });
    const { issueId } = await issueOf(station);
    await work.resolveIntakeIssue({ issueId, resolution: { case: 'closeSession', value: { meterStopWh: 9_500n } } });
    const [session] = await sessionsOf(station);
    expect(session).toMatchObject({ state: 'ended', energyWh: 4_500, doubts: [], estimated: true });
    // The station repeats its stop: what the person decided stays.
    await station.end(ocppId, { timestamp: ago(1), meterStop: 12 });
    expect((await sessionsOf(station))[0]).toMatchObject({ energyWh: 4_500 });
  });

  it('whether the second of two stops counts is decided by attaching it', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(30) });
    await station.end(ocppId, { timestamp: ago(10), meterStop: 2_000 });
    await station.end(ocppId, { timestamp: ago(5), meterStop: 3_000 });
    const { issueId, issue } = await issueOf(station);
    expect(issue.state?.reason).toBe('stop-repeated-different');
    const sessionId = issue.state?.sessionId ?? '';
    await work.resolveIntakeIssue({ issueId, resolution: { case: 'attachStop', value: { sessionId } } });
    expect(await sessionsOf(station)).toMatchObject([{ energyWh: 2_000, doubts: [] }]);
  });
});
