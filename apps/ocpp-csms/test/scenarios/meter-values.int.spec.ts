import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import { meterValueOf, type StationOnTheWire } from '../support/station-on-the-wire.js';

let csms: IntakeHarness;
let site: TestSite;
let stations = 0;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  await csms.token(site, 'CARD', { allowConcurrent: true });
});
afterAll(() => csms.stop());

const freshStation = async (): Promise<StationOnTheWire> => csms.station(site, `S-${(stations += 1)}`);
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

interface StoredValue {
  sessionId: string | null;
  connector: number;
  takenAt: Date | null;
  takenRaw: string;
  context: string;
  registerWh: number | null;
  powerW: number | null;
  soc: number | null;
  samples: unknown[];
}

const values = (station: StationOnTheWire): Promise<StoredValue[]> =>
  csms.sql<StoredValue>(
    `SELECT transaction_id AS "sessionId", connector_number AS connector, taken_at AS "takenAt", taken_raw AS "takenRaw", context,
            register_wh::int AS "registerWh", power_w::int AS "powerW", soc_percent AS soc, samples
       FROM meter_value WHERE station_id = $1 ORDER BY received_at, message_uuid, ordinal`,
    [station.stationId],
  );

describe('MeterValues', () => {
  it('of a running transaction are its values, main figures apart', async () => {
    const station = await freshStation();
    const transactionId = await station.begin({ timestamp: ago(10) });
    const sampledValue = [
      { value: '1.5', unit: 'kWh', context: 'Sample.Clock' },
      { value: '3.7', measurand: 'Power.Active.Import', unit: 'kW', phase: 'L1' },
      { value: '3.6', measurand: 'Power.Active.Import', unit: 'kW', phase: 'L2' },
      { value: '80', measurand: 'SoC' },
      { value: '31', measurand: 'Temperature', unit: 'Celcius' },
    ];
    await station.send('MeterValues', { connectorId: 1, transactionId, meterValue: [{ timestamp: ago(5), sampledValue }] });
    const [session] = await csms.sessions(station);
    const figures = { registerWh: 1_500, powerW: 7_300, soc: 80, context: 'Sample.Clock' };
    expect(await values(station)).toMatchObject([{ sessionId: session?.sessionId, connector: 1, ...figures, samples: sampledValue }]);
  });

  it('with signed data are kept byte for byte', async () => {
    const station = await freshStation();
    const value = 'OCMF|{"FV":"1.0","GI":"\\u00e4 \\"x\\"","RD":[]}|{"SD":"3045022100"}';
    const meterValue = [{ timestamp: ago(1), sampledValue: [{ value, format: 'SignedData', context: 'Transaction.End' }] }];
    await station.send('MeterValues', { connectorId: 1, meterValue });
    expect((await values(station))[0]?.samples).toEqual([{ value, format: 'SignedData', context: 'Transaction.End' }]);
  });

  it('sent again are answered and stored once, and each frame is archived', async () => {
    const station = await freshStation();
    const timestamp = ago(1);
    for (let n = 0; n < 3; n += 1) await station.meter(undefined, 500, { timestamp });
    await Promise.all([1, 2, 3].map(() => station.meter(undefined, 600, { timestamp })));
    expect((await values(station)).map(({ registerWh }) => registerWh)).toEqual([500, 600]);
    expect(await csms.sql('SELECT 1 FROM ocpp_message WHERE station_id = $1', [station.stationId])).toHaveLength(6);
  });

  it.each(['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '2026-05-01T12:00:00', 'noon'])(
    'taken at %s are stored, and harm nobody',
    async (raw) => {
      const station = await freshStation();
      await Promise.all([station.meter(undefined, 500, { timestamp: raw }), station.meter(undefined, 600)]);
      const stored = await values(station);
      expect(stored.map(({ registerWh }) => registerWh).sort()).toEqual([500, 600]);
      expect(stored.find(({ takenRaw }) => takenRaw === raw)?.takenAt).toBeNull();
    },
  );

  it('of an unknown transaction are kept without one: one issue for the station and the id', async () => {
    const station = await freshStation();
    for (let n = 0; n < 3; n += 1) await station.meter(1_999_999_999, 500 + n);
    expect(await values(station)).toMatchObject([{ sessionId: null }, { sessionId: null }, { sessionId: null }]);
    expect(await csms.issues(station)).toMatchObject([
      { reason: 'meter-values-unknown-transaction', detail: { ocppTransactionId: 1_999_999_999 } },
    ]);
  });

  it('of a transaction of another station are kept without one', async () => {
    const [station, other] = [await freshStation(), await freshStation()];
    const theirs = await other.begin();
    await station.meter(theirs, 500);
    expect(await values(station)).toMatchObject([{ sessionId: null }]);
    expect(await csms.issues(station)).toMatchObject([{ reason: 'meter-values-foreign-transaction' }]);
    expect(await values(other)).toEqual([]);
  });

  it.each([undefined, 0, -1])('that name no transaction (%p) belong to the only one that runs at the connector', async (named) => {
    const station = await freshStation();
    await station.begin({ timestamp: ago(10) });
    await station.meter(named, 1_200);
    await station.meter(named, 77, { connectorId: 2 });
    const [session] = await csms.sessions(station);
    expect(await values(station)).toMatchObject([
      { sessionId: session?.sessionId, registerWh: 1_200 },
      { sessionId: null, connector: 2 },
    ]);
    expect(await csms.issues(station)).toEqual([]);
  });

  it('go on to belong to their transaction after its end', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(10) });
    await station.end(ocppId, { meterStop: 1_200 });
    await station.meter(ocppId, 1_100, { timestamp: ago(5) });
    const [session] = await csms.sessions(station);
    expect(await values(station)).toMatchObject([{ sessionId: session?.sessionId }]);
    expect(session).toMatchObject({ state: 'ended', energyWh: 200 });
  });
});

describe('a running session', () => {
  it('is told at most every 30 s, with its newest figures', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(10) });
    await station.meter(ocppId, 1_100);
    const [session] = await csms.sessions(station);
    // As if it had begun a minute ago.
    await csms.sql(`UPDATE ocpp_transaction SET told_at = told_at - interval '1 minute' WHERE transaction_id = $1`, [session?.sessionId]);
    await csms.startReplica();
    const meters = Array.from({ length: 20 }, (_, n) => 1_200 + n);
    for (const registerWh of meters) await station.meter(ocppId, registerWh);
    const facts = await eventually(async () => {
      const told = await csms.facts(session?.sessionId ?? '');
      return told.length === 2 && told;
    });
    expect(facts.map(({ name }) => name)).toEqual(['session.started', 'session.updated']);
    expect(facts[1]?.payload).toMatchObject({ status: 'SESSION_STATUS_ACTIVE', powerW: '11040', version: '2' });
  });

  it('is not set back by a reading from the offline queue', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(60) });
    await csms.sql(
      `UPDATE ocpp_transaction SET told_at = told_at - interval '1 hour', meter_last_wh = 5000, energy_wh = 4000, meter_last_at = now() WHERE ocpp_id = $1`,
      [ocppId],
    );
    await station.meter(ocppId, 2_000, { timestamp: ago(30) });
    expect(await csms.sessions(station)).toMatchObject([{ energyWh: 4_000, version: 2 }]);
  });
});

describe('a message that cannot be stored', () => {
  it('spoils nothing for the others of its batch, and goes to the work list', async () => {
    const [good, bad] = [await freshStation(), await freshStation()];
    const poison = [{ timestamp: ago(1), sampledValue: [{ value: '666666', unit: 'Wh' }] }];
    await csms.sql(`ALTER TABLE meter_value ADD CONSTRAINT poison CHECK (register_wh <> 666666)`);
    const sent = Array.from({ length: 60 }, (_, n) =>
      n === 30 ? bad.send('MeterValues', { connectorId: 1, meterValue: poison }) : good.meter(undefined, n),
    );
    await Promise.all(sent);
    await csms.sql('ALTER TABLE meter_value DROP CONSTRAINT poison');
    expect((await values(good)).length).toBe(59);
    expect(await values(bad)).toEqual([]);
    expect(await csms.issues(bad)).toMatchObject([{ reason: 'intake-failed', status: 'open' }]);
    expect(await csms.sql('SELECT result FROM ocpp_message WHERE station_id = $1', [bad.stationId])).toEqual([{ result: 'ok' }]);
  });
});

describe('telemetry', () => {
  it('is published after the commit, by site', async () => {
    const heard: { subject: string; body: string }[] = [];
    const listening = csms.bus.serve('telemetry.meter.>', {}, async ({ subject, body }) => void heard.push({ subject, body }));
    await csms.bus.flush();
    const station = await freshStation();
    await station.meter(undefined, 4_711);
    const ocppId = await station.begin();
    await station.meter(ocppId, 4_712);
    // Published before the station has its answer: whoever looks on sees a figure as soon as it is stored.
    await csms.bus.flush();
    const [session] = await csms.sessions(station);
    const told = { stationId: station.stationId, connectorNumber: 1, powerW: 11_040 };
    expect(heard.map(({ subject }) => subject)).toEqual(Array(2).fill(`telemetry.meter.demo.${site.siteId}`));
    expect(heard.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { readings: [{ ...told, sessionId: null, registerWh: '4711' }] },
      { readings: [{ ...told, sessionId: session?.sessionId, registerWh: '4712' }] },
    ]);
    listening.unsubscribe();
  });
});

describe('Heartbeat', () => {
  it('is answered with our time, and archived', async () => {
    const station = await freshStation();
    const { currentTime } = await station.send('Heartbeat', {});
    expect(Number.isNaN(Date.parse(currentTime))).toBe(false);
    expect(await csms.sql('SELECT result FROM ocpp_message WHERE station_id = $1', [station.stationId])).toEqual([{ result: 'ok' }]);
    await eventually(async () => (await csms.sql('SELECT 1 FROM station_seen WHERE station_id = $1', [station.stationId])).length === 1);
  });
});

describe('transaction data of a stop', () => {
  it('belongs to the session', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(10) });
    await station.end(ocppId, { meterStop: 1_500, transactionData: [meterValueOf(1_200, ago(5)), meterValueOf(1_400, ago(2))] });
    const [session] = await csms.sessions(station);
    expect(await values(station)).toMatchObject([
      { sessionId: session?.sessionId, registerWh: 1_200 },
      { sessionId: session?.sessionId, registerWh: 1_400 },
    ]);
    expect((await csms.facts(session?.sessionId ?? '')).at(-1)?.payload['readings']).toHaveLength(4);
  });
});
