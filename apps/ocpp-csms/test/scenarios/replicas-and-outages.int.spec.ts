import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { CallOptions, CallOutcome, StationOnTheWire } from '../support/station-on-the-wire.js';

let csms: IntakeHarness;
let site: TestSite;
let stations = 0;

beforeAll(async () => {
  csms = await IntakeHarness.start({ replicas: 2 });
  site = await csms.site('demo');
  await csms.token(site, 'CARD', { allowConcurrent: true });
});
afterAll(() => csms.stop());

const freshStation = async (): Promise<StationOnTheWire> => csms.station(site, `S-${(stations += 1)}`);
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** One call of a station, asked several times at once: two replicas get some each. */
async function atOnce(station: StationOnTheWire, action: string, payload: unknown, times = 6): Promise<CallOutcome[]> {
  const call: CallOptions = { callId: uuidv7(), receivedAt: new Date(), messageId: uuidv7() };
  return Promise.all(Array.from({ length: times }, () => station.call(action, payload, call)));
}

/** What the gateway does: the same call again until it is answered. */
async function untilAnswered(station: StationOnTheWire, action: string, payload: unknown): Promise<CallOutcome> {
  const call: CallOptions = { callId: uuidv7(), receivedAt: new Date(), messageId: uuidv7(), timeoutMs: 5_000 };
  return eventually(async () => {
    const outcome = await station.call(action, payload, call);
    return outcome.kind !== 'retry' && outcome;
  });
}

describe('the same call at two replicas at once', () => {
  it('begins one session, and both answer the same', async () => {
    const station = await freshStation();
    const answers = await atOnce(station, 'StartTransaction', { connectorId: 1, idTag: 'CARD', meterStart: 0, timestamp: ago(1) });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await csms.sessions(station)).toHaveLength(1);
    const archived = await csms.sql('SELECT 1 FROM ocpp_message WHERE station_id = $1', [station.stationId]);
    expect(archived).toHaveLength(1);
  });

  it('ends a session once', async () => {
    const station = await freshStation();
    const transactionId = await station.begin({ timestamp: ago(30) });
    await atOnce(station, 'StopTransaction', { transactionId, meterStop: 8_000, timestamp: ago(0) });
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ energyWh: 7_000, version: 2 });
    expect(await csms.facts(session?.sessionId ?? '')).toHaveLength(2);
  });

  it('stores meter values once', async () => {
    const station = await freshStation();
    const meterValue = [{ timestamp: ago(1), sampledValue: [{ value: '500' }] }];
    const answers = await atOnce(station, 'MeterValues', { connectorId: 1, meterValue }, 20);
    expect(answers).toEqual(answers.map(() => ({ kind: 'result', payload: {} })));
    expect(await csms.sql('SELECT 1 FROM meter_value WHERE station_id = $1', [station.stationId])).toHaveLength(1);
    expect(await csms.sql('SELECT 1 FROM ocpp_message WHERE station_id = $1', [station.stationId])).toHaveLength(1);
  });

  it('of many stations, in any order, harms nobody', async () => {
    const many = await Promise.all(Array.from({ length: 25 }, () => freshStation()));
    const meterValue = [{ timestamp: ago(1), sampledValue: [{ value: '500' }] }];
    await Promise.all([...many, ...many.toReversed()].map((station) => atOnce(station, 'MeterValues', { connectorId: 1, meterValue }, 2)));
    const [row] = await csms.sql('SELECT count(*)::int AS values FROM meter_value WHERE station_id = ANY($1)', [
      many.map(({ stationId }) => stationId),
    ]);
    expect(row).toEqual({ values: 25 });
  });
});

describe('versions of a session', () => {
  it('have no gap when two replicas change it at once', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(30) });
    const [session] = await csms.sessions(station);
    for (let round = 0; round < 5; round += 1) {
      await csms.sql(`UPDATE ocpp_transaction SET told_at = now() - interval '1 hour' WHERE ocpp_id = $1`, [ocppId]);
      await Promise.all(Array.from({ length: 10 }, (_, n) => station.meter(ocppId, 1_000 + round * 10 + n)));
    }
    await station.end(ocppId, { meterStop: 2_000 });
    const versions = (await csms.facts(session?.sessionId ?? '')).map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
    expect((await csms.sessions(station))[0]?.version).toBe(versions.length);
  });
});

describe('connections of the database that break', () => {
  it('cost no message and double none: the gateway asks again until there is an answer', async () => {
    const station = await freshStation();
    const others = await Promise.all(Array.from({ length: 10 }, () => freshStation()));
    const progress = { answered: 0, done: false };
    const answered = async (...call: Parameters<typeof untilAnswered>) => {
      const outcome = await untilAnswered(...call);
      progress.answered += 1;
      return outcome;
    };
    // As often as possible, but something is answered between two breaks: a slow machine would else never get anywhere.
    const breaker = (async () => {
      while (!progress.done) {
        await csms.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'csms_worker' AND datname = current_database()`,
        );
        const before = progress.answered;
        await eventually(() => progress.done || progress.answered > before, { timeoutMs: 60_000 });
      }
    })();
    try {
      for (let n = 0; n < 8; n += 1) {
        const begun = await answered(station, 'StartTransaction', {
          connectorId: 1,
          idTag: 'CARD',
          meterStart: n * 100,
          timestamp: ago(60 - n * 5),
        });
        const transactionId = begun.kind === 'result' ? Number(begun.payload['transactionId']) : 0;
        const meterValue = [{ timestamp: ago(58 - n * 5), sampledValue: [{ value: String(n * 100 + 50) }] }];
        await Promise.all([station, ...others].map((each) => answered(each, 'MeterValues', { connectorId: 1, meterValue })));
        await answered(station, 'StopTransaction', { transactionId, meterStop: n * 100 + 100, timestamp: ago(56 - n * 5) });
      }
    } finally {
      progress.done = true;
      await breaker;
    }
    expect((await csms.sessions(station)).map(({ energyWh, state, doubts }) => [energyWh, state, doubts])).toEqual(
      Array.from({ length: 8 }, () => [100, 'ended', []]),
    );
    const [row] = await csms.sql('SELECT count(*)::int AS values FROM meter_value WHERE station_id = ANY($1)', [
      [station, ...others].map(({ stationId }) => stationId),
    ]);
    expect(row).toEqual({ values: 11 * 8 });
    expect(await csms.issues(station)).toEqual([]);
  });
});

describe('a fault of ours', () => {
  it('in a stop: the message is kept, the station has its answer, the session goes on', async () => {
    const station = await freshStation();
    const transactionId = await station.begin({ timestamp: ago(30) });
    await csms.sql(`ALTER TABLE ocpp_transaction ADD CONSTRAINT fault CHECK (meter_stop_wh <> 666666)`);
    expect(await station.end(transactionId, { meterStop: 666_666 })).toEqual({});
    await csms.sql('ALTER TABLE ocpp_transaction DROP CONSTRAINT fault');
    expect(await csms.sessions(station)).toMatchObject([{ state: 'active' }]);
    const [issue] = await csms.issues(station);
    expect(issue).toMatchObject({ reason: 'intake-failed', status: 'open' });
    expect(JSON.parse(issue?.frame ?? '[]')[3]).toMatchObject({ meterStop: 666_666 });
  });

  it('in a start: the gateway is to ask again; once it is mended the session begins and the issue is settled', async () => {
    const station = await freshStation();
    const start = { connectorId: 1, idTag: 'CARD', meterStart: 666_666, timestamp: ago(1) };
    const call = { callId: uuidv7(), receivedAt: new Date(), messageId: '1' };
    await csms.sql(`ALTER TABLE ocpp_transaction ADD CONSTRAINT fault CHECK (meter_start_wh <> 666666)`);
    for (let n = 0; n < 3; n += 1) expect(await station.call('StartTransaction', start, call)).toEqual({ kind: 'retry' });
    expect(await csms.issues(station)).toMatchObject([{ reason: 'intake-failed', status: 'open' }]);
    await csms.sql('ALTER TABLE ocpp_transaction DROP CONSTRAINT fault');
    expect(await station.call('StartTransaction', start, call)).toMatchObject({ kind: 'result' });
    expect(await csms.issues(station)).toMatchObject([{ status: 'resolved', resolution: 'settled-by-retry' }]);
    expect(await csms.sessions(station)).toMatchObject([{ state: 'active' }]);
  });

  it('elsewhere is an InternalError', async () => {
    const station = await freshStation();
    await csms.sql(`ALTER TABLE connector ADD CONSTRAINT fault CHECK (status <> 'Reserved')`);
    const status = { connectorId: 1, status: 'Reserved', errorCode: 'NoError' };
    expect(await station.call('StatusNotification', status)).toMatchObject({ kind: 'error', code: 'InternalError' });
    await csms.sql('ALTER TABLE connector DROP CONSTRAINT fault');
    expect(await csms.issues(station)).toEqual([]);
    expect(await csms.sql('SELECT result FROM ocpp_message WHERE station_id = $1', [station.stationId])).toEqual([
      { result: 'InternalError' },
    ]);
  });
});

describe('a replica that stops', () => {
  it('answers what it has begun and tells the gateway to ask another for the rest', async () => {
    const stopping = await csms.startReplica();
    const many = await Promise.all(Array.from({ length: 50 }, () => freshStation()));
    const meterValue = [{ timestamp: ago(1), sampledValue: [{ value: '1' }] }];
    const sent = many.map((station) => untilAnswered(station, 'MeterValues', { connectorId: 1, meterValue }));
    await stopping.path.stop();
    expect((await Promise.all(sent)).every(({ kind }) => kind === 'result')).toBe(true);
    const [row] = await csms.sql('SELECT count(*)::int AS values FROM meter_value WHERE station_id = ANY($1)', [
      many.map(({ stationId }) => stationId),
    ]);
    expect(row).toEqual({ values: 50 });
  });
});

describe('logs', () => {
  it('carry no id token', () => {
    const lines = JSON.stringify(csms.replicas.flatMap(({ telemetry }) => telemetry.lines));
    expect(lines).not.toContain('CARD');
  });
});
