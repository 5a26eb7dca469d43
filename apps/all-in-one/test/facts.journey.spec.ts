import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { factStream, SessionStatus, type SessionState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { FactHeader } from '@ampline/platform-outbox';
import { eventually } from '@ampline/platform-testing';
import type { ServiceProcess } from '../src/split.js';
import { FactBus } from './support/fact-bus.js';
import { operate } from './support/operator.js';
import { furnish, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

const CSMS = factStream('csms');
const ACCOUNTS = factStream('accounts');
const STATIONS = 6;

describe('what two replicas of ocpp-csms and of session-export make of facts', () => {
  let platform: Platform;
  let doors: Doors;
  let site: Site;
  let bus: FactBus;
  let stations: RawStation[];
  let ended = 0;

  beforeAll(async () => {
    platform = await Platform.start({
      shape: 'split',
      replicas: { 'ocpp-csms': 2, 'session-export': 2 },
      env: {
        SESSION_EXPORT_FACT_TRIES: '2',
        SESSION_EXPORT_FACT_ACK_WAIT_S: '2',
        OCPP_CSMS_FACT_TRIES: '2',
        OCPP_CSMS_FACT_ACK_WAIT_S: '2',
      },
    });
    site = await furnish(platform, { stations: STATIONS });
    doors = platform.doors();
    bus = await FactBus.connect(platform);
    const connect = ({ identity }: { identity: string }) => RawStation.connect({ url: platform.ocppUrl(), identity, password: PASSWORD });
    stations = await Promise.all(site.stations.map(connect));
  }, 120_000);
  afterAll(async () => {
    await bus.close();
    await Promise.all(stations.map((station) => station.close()));
    await platform.stop();
  });

  const replica = (service: string, number: number) => platform.split?.of(service)[number] as ServiceProcess;
  const replicas = (service: string) => platform.split?.of(service) ?? [];
  const killAll = (service: string) => Promise.all(replicas(service).map((process) => process.kill('SIGKILL')));
  const startAll = (service: string) => Promise.all(replicas(service).map((process) => process.start()));
  const restart = async (process: ServiceProcess) => {
    await process.kill('SIGKILL');
    await process.start();
  };
  const published = (schema: string) =>
    eventually(async () => (await platform.sql(`SELECT 1 FROM ${schema}.outbox WHERE published_at IS NULL LIMIT 1`)).length === 0);

  const begin = async (station: RawStation) => {
    const at = { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 1_000, timestamp: new Date().toISOString() };
    return (await station.ask('StartTransaction', at))['transactionId'] as number;
  };
  const end = async (station: RawStation, transactionId: number) => {
    await station.ask('StopTransaction', { transactionId, meterStop: 1_007, timestamp: new Date().toISOString() });
    ended++;
  };
  const charge = async (station: RawStation) => end(station, await begin(station));
  const chargeEverywhere = () => Promise.all(stations.map(charge));

  /** The sessions as their owner tells them, by id. */
  const owned = async () => {
    const told: SessionState[] = [];
    for await (const { session } of doors.stations.exportSessions({})) if (session) told.push(session);
    return byId(told);
  };
  const recorded = async () => {
    const { records } = await doors.sessions.listSessions({ page: { limit: 500, cursor: '' } }, { tenantId: site.tenantId });
    return byId(records.flatMap(({ session }) => session ?? []));
  };
  /** Every record equals what its owner says, and there are as many as ended. */
  const settled = (truth?: Record<string, unknown>) =>
    eventually(
      async () => {
        const expected = truth ?? (await owned());
        expect(Object.keys(expected)).toHaveLength(ended);
        expect(await recorded()).toEqual(expected);
        return true;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
  const recordRows = () => platform.sql('SELECT to_jsonb(r) AS row FROM session_export.session_record r ORDER BY session_id');
  const tokensOwned = () =>
    platform.sql(`SELECT id_token_id, id_token, status, expires_at, allow_concurrent, version FROM accounts.id_token ORDER BY id_token_id`);
  const tokensKnown = () =>
    platform.sql(`SELECT id_token_id, id_token, status, expires_at, allow_concurrent, version FROM csms.id_token ORDER BY id_token_id`);
  const tokensSettled = () =>
    eventually(async () => {
      expect(await tokensKnown()).toEqual(await tokensOwned());
      return true;
    });
  const parkedMetric = async (service: string, state: string) => {
    const texts = await Promise.all(replicas(service).map(async ({ opsUrl }) => (await fetch(`${opsUrl}/metrics`)).text()));
    return Math.max(...texts.map((text) => Number(new RegExp(`facts_parked\\{[^}]*state="${state}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0)));
  };

  it('each session once, while consumers and tellers are frozen, killed and started again', async () => {
    const frozen = replica('session-export', 1);
    // Some of the facts are to go to the replica that cannot answer for them: only as long as what it had asked for holds.
    await eventually(
      async () => {
        await frozen.kill('SIGCONT');
        await eventually(async () => (await bus.consumer(CSMS, 'session-export')).num_waiting === 2);
        await frozen.kill('SIGSTOP');
        await chargeEverywhere();
        await published('csms');
        return (await bus.consumer(CSMS, 'session-export')).num_ack_pending > 0;
      },
      { timeoutMs: 60_000 },
    );
    const restarts = [restart(frozen), restart(replica('ocpp-csms', 1))];
    await chargeEverywhere();
    await Promise.all(restarts);
    const others = [restart(replica('session-export', 0)), restart(replica('ocpp-csms', 0))];
    await chargeEverywhere();
    await Promise.all(others);
    await settled();
    const { delivered } = await bus.consumer(CSMS, 'session-export');
    expect(delivered.consumer_seq).toBeGreaterThan(delivered.stream_seq);
  }, 120_000);

  it('the same rows from facts in reverse order, each delivered twice, and nothing of a third time', async () => {
    await killAll('session-export');
    await chargeEverywhere();
    await published('csms');
    const truth = await owned();
    await killAll('ocpp-csms');
    const as = { tenantId: site.tenantId };
    for (const idToken of ['REVERSED-1', 'REVERSED-2']) {
      await doors.accounts.putIdToken({ idToken }, as);
      await doors.accounts.blockIdToken({ idToken }, as);
      await doors.accounts.putIdToken({ idToken, allowConcurrent: true }, as);
    }
    await published('accounts');
    await killAll('accounts');
    for (const stream of [CSMS, ACCOUNTS]) {
      const backwards = (await bus.read(stream)).reverse();
      await bus.remake(stream, [...backwards, ...backwards]);
    }
    // Facts alone suffice: each reader starts while those who told them are away.
    await startAll('session-export');
    await settled(truth);
    await startAll('ocpp-csms');
    await tokensSettled();
    const rows = await recordRows();
    await startAll('accounts');
    // The tellers find streams that are not theirs, and publish everything once more.
    for (const schema of ['csms', 'accounts']) {
      const republished = `SELECT 1 FROM ${schema}.outbox_stream_state WHERE incarnation > 1 AND republish_after_at IS NULL`;
      await eventually(async () => (await platform.sql(republished)).length === 1, { timeoutMs: 30_000 });
    }
    expect(await operate(replica('ocpp-csms', 0), '--replay-facts', '--from=2026-01-01T00:00:00Z')).toMatch(
      /^ocpp-csms: \d+ facts published again\n$/,
    );
    await eventually(async () => {
      const { num_pending, num_ack_pending } = await bus.consumer(CSMS, 'session-export');
      return num_pending + num_ack_pending === 0;
    });
    expect(await recordRows()).toEqual(rows);
    await tokensSettled();
  }, 120_000);

  it('a malformed fact is parked with what follows it on its session, and can be left out; the rest flows', async () => {
    const [first, second] = stations as [RawStation, RawStation];
    const transactionId = await begin(first);
    const { sessionId } = await eventually(async () => {
      const open = Object.values(await recorded()).find((session) => session['ocppTransactionId'] === String(transactionId));
      return open as { sessionId: string } | undefined;
    });
    const poison = uuidv7();
    await bus.publish({
      subject: `fact.csms.session.updated.v1.demo.${sessionId}`,
      headers: {
        [FactHeader.id]: poison,
        [FactHeader.tenantId]: site.tenantId,
        [FactHeader.version]: '2',
        [FactHeader.occurredAt]: new Date().toISOString(),
      },
      payload: '{"authorization": "DEMO-OK-1',
    });
    await eventually(async () => (await parkedMetric('session-export', 'poison')) === 1, { timeoutMs: 90_000 });
    await charge(second);
    await end(first, transactionId);
    await eventually(async () => (await platform.sql(`SELECT 1 FROM session_export.parked_fact WHERE state = 'waiting'`)).length === 1);
    await eventually(async () => Object.values(await recorded()).filter(({ status }) => status === SessionStatus.ACTIVE).length === 1);
    const listed = await operate(replica('session-export', 0), '--parked');
    expect(listed.split('\n')).toEqual([
      'session-export: 2 facts parked',
      expect.stringMatching(new RegExp(`^session-export: ${poison}  poison  .*  version 2  2 tries .*outbox\\.payload-unreadable: `)),
      expect.stringMatching(/ {2}waiting {2}fact\.csms\.session\.ended\.v1\.demo\./),
      '',
    ]);
    expect(await doors.sessions.replayParkedFacts({})).toMatchObject({ replayed: 0n, parked: 2n });
    expect(await operate(replica('session-export', 0), '--skip-parked', `--fact=${poison}`)).toBe(`session-export: ${poison} left out\n`);
    expect(await operate(replica('session-export', 1), '--replay-parked')).toBe('session-export: 1 facts applied, 0 parked still\n');
    await settled();
  });

  it('facts that fail for a fault of ours wait until it is mended, and are applied by a replay', async () => {
    const [, , third, fourth] = stations as [RawStation, RawStation, RawStation, RawStation];
    const as = { tenantId: site.tenantId };
    await platform.sql(
      `ALTER TABLE session_export.session_record ADD CONSTRAINT fault CHECK (station_identity <> '${third.identity}') NOT VALID`,
    );
    await platform.sql(`ALTER TABLE csms.id_token ADD CONSTRAINT fault CHECK (id_token <> 'REFUSED-1') NOT VALID`);
    await doors.accounts.putIdToken({ idToken: 'REFUSED-1' }, as);
    await doors.accounts.putIdToken({ idToken: 'TAKEN-1' }, as);
    await charge(third);
    await charge(fourth);
    // Rows, not the metric: it is read at intervals, and may still tell of what was parked before. The end is parked
    // behind the begin that it waits for, or for its own failures when it was delivered as often as the begin.
    const parked = (schema: string, ...states: string[]) =>
      eventually(
        async () => {
          const rows = await platform.sql(`SELECT state FROM ${schema}.parked_fact WHERE state <> 'replayed' ORDER BY state`);
          expect(states).toContain(rows.map((row) => row['state']).join());
          return true;
        },
        { timeoutMs: 90_000 },
      );
    await parked('session_export', 'poison,waiting', 'poison,poison');
    await parked('csms', 'poison');
    expect((await tokensKnown()).map((row) => row['id_token'])).toContain('TAKEN-1');
    expect(Object.keys(await recorded())).toHaveLength(ended - 1);
    await platform.sql('ALTER TABLE session_export.session_record DROP CONSTRAINT fault');
    await platform.sql('ALTER TABLE csms.id_token DROP CONSTRAINT fault');
    expect(await doors.sessions.replayParkedFacts({})).toMatchObject({ replayed: 2n, parked: 0n });
    expect(await operate(replica('ocpp-csms', 0), '--replay-parked')).toBe('ocpp-csms: 1 facts applied, 0 parked still\n');
    await settled();
    await tokensSettled();
  });

  it('projections rebuilt from nothing, or mended, equal the ones that lived', async () => {
    const rows = async () => (await recordRows()).map(({ row }) => ({ ...(row as object), updated_at: '' }));
    const tokens = await tokensKnown();
    const tenants = await platform.sql('SELECT * FROM csms.tenant ORDER BY tenant_id');
    const live = await rows();
    expect(live).toHaveLength(ended);
    // The live one is what its owner says: there is nothing to mend.
    expect(await doors.sessions.rebuildProjection({})).toMatchObject({ seen: BigInt(ended), changed: 0n });
    expect(await operate(replica('ocpp-csms', 0), '--rebuild')).toBe(`ocpp-csms: 1 tenants, ${tokens.length} idTokens, 0 changed\n`);

    await platform.sql('DELETE FROM session_export.session_record');
    expect(await doors.sessions.rebuildProjection({})).toMatchObject({ seen: BigInt(ended), changed: BigInt(ended) });
    expect(await rows()).toEqual(live);
    await platform.sql(
      `UPDATE session_export.session_record SET energy_wh = 0, doubts = '{wrong}' WHERE session_id = (SELECT max(session_id::text)::uuid FROM session_export.session_record)`,
    );
    expect(await operate(replica('session-export', 0), '--rebuild')).toBe(`session-export: ${ended} seen, 1 changed\n`);
    expect(await rows()).toEqual(live);

    await platform.sql('DELETE FROM csms.id_token');
    await platform.sql('DELETE FROM csms.tenant');
    expect(await operate(replica('ocpp-csms', 0), '--rebuild')).toBe(
      `ocpp-csms: 1 tenants, ${tokens.length} idTokens, ${tokens.length + 1} changed\n`,
    );
    expect(await tokensKnown()).toEqual(tokens);
    expect(await platform.sql('SELECT * FROM csms.tenant ORDER BY tenant_id')).toEqual(tenants);
  });

  it('no id token in the log of any process', () => {
    for (const name of ['accounts', 'ocpp-csms', 'session-export', 'ocpp-gateway'])
      expect(platform.logs(name)).not.toMatch(/DEMO-OK-1|REVERSED-|REFUSED-1|TAKEN-1/i);
  });
});

/** As plain values, each whole number as text. */
function byId(sessions: readonly SessionState[]): Record<string, Record<string, unknown>> {
  const plain = (session: SessionState) =>
    JSON.parse(JSON.stringify(session, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))) as Record<
      string,
      unknown
    >;
  return Object.fromEntries(sessions.map((session) => [session.sessionId, plain(session)]));
}
