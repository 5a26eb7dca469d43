import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

const MINUTE_MS = 60_000;

let csms: IntakeHarness;
let site: TestSite;
let stations = 0;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  await csms.token(site, 'CARD', { allowConcurrent: true });
});
afterAll(() => csms.stop());

const freshStation = async (o = {}): Promise<StationOnTheWire> => csms.station(site, `S-${(stations += 1)}`, o);
const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
const reasons = async (station: StationOnTheWire) => (await csms.issues(station)).map(({ reason, status }) => `${reason} ${status}`);

describe('a meter that went back', () => {
  it('ends the session with 0 Wh, in doubt', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(30), meterStart: 5_000 });
    await station.end(ocppId, { timestamp: ago(1), meterStop: 40 });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended', energyWh: 0, meterStopWh: 40, doubts: ['meter-went-back'] }]);
    expect(await reasons(station)).toEqual(['meter-went-back open']);
  });
});

describe('more energy than the connector can deliver', () => {
  it('is recorded as told, in doubt', async () => {
    const station = await freshStation({ maxPowerW: 11_000 });
    const ocppId = await station.begin({ timestamp: ago(60), meterStart: 0 });
    await station.end(ocppId, { timestamp: ago(0), meterStop: 4_711_000 });
    expect(await csms.sessions(station)).toMatchObject([{ energyWh: 4_711_000, doubts: ['energy-implausible'] }]);
    expect(await reasons(station)).toEqual(['energy-implausible open']);
  });
});

describe('a time that cannot be believed', () => {
  const inAnHour = new Date(Date.now() + 60 * MINUTE_MS);
  it.each([
    ['in the future', inAnHour.toISOString(), 'clock-future'],
    ['of 1970', '1970-01-01T00:12:34Z', 'clock-past'],
    ['without zone', new Date().toISOString().slice(0, 19), 'clock-without-zone'],
    ['that is none', 'half past nine', 'clock-unreadable'],
  ])('%s: the time of reception counts, what was sent is kept', async (_, raw, reason) => {
    const station = await freshStation();
    const [begun, ended] = [new Date(Date.now() - 20 * MINUTE_MS), new Date(Date.now() - MINUTE_MS)];
    const ocppId = await station.begin({ timestamp: raw }, { receivedAt: begun });
    await station.end(ocppId, { timestamp: raw }, { receivedAt: ended });
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ startedAt: begun, endedAt: ended, energyWh: 7_000, doubts: [reason], state: 'ended' });
    const [kept] = await csms.sql('SELECT started_raw, ended_raw FROM ocpp_transaction WHERE station_id = $1', [station.stationId]);
    expect(kept).toEqual({ started_raw: raw, ended_raw: raw });
    expect(await reasons(station)).toEqual([`${reason} open`, `${reason} open`]);
  });

  it('an end before the begin: no duration is invented', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(10) });
    await station.end(ocppId, { timestamp: ago(20), meterStop: 1_100 });
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ energyWh: 100, doubts: ['ended-before-started'] });
    expect(session?.endedAt).toEqual(session?.startedAt);
  });
});

describe('a session without its stop', () => {
  it('ends at its last reading when the connector begins another, and is corrected by the stop that comes late', async () => {
    const station = await freshStation();
    const first = await station.begin({ timestamp: ago(90), meterStart: 1_000 });
    await station.meter(first, 3_000, { timestamp: ago(60) });
    await station.begin({ timestamp: ago(10), meterStart: 5_000 });
    expect(await csms.sessions(station)).toMatchObject([
      { ocppId: first, state: 'ended', estimated: true, energyWh: 2_000, doubts: ['stop-missing'] },
      { state: 'active' },
    ]);
    expect(await reasons(station)).toEqual(['stop-missing open']);

    await station.end(first, { timestamp: ago(30), meterStop: 5_000 });
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ estimated: false, energyWh: 4_000, doubts: [], version: 3 });
    expect(await reasons(station)).toEqual(['stop-missing resolved']);
    const facts = await csms.facts(session?.sessionId ?? '');
    expect(facts.map(({ name, payload }) => [name, payload['estimated'] ?? false, payload['energyWh']])).toEqual([
      ['session.started', false, undefined],
      ['session.ended', true, '2000'],
      ['session.ended', false, '4000'],
    ]);
  });
});

describe('a register that no meter counts to', () => {
  it('ends nothing, hides nothing, and the station can begin again', async () => {
    const station = await freshStation();
    const first = await station.begin({ timestamp: ago(90), meterStart: -5 });
    await station.meter(first, 3_000, { timestamp: ago(60) });
    for (const value of ['9223372036854775807', '1e18']) {
      const meterValue = [{ timestamp: ago(30), sampledValue: [{ value }] }];
      await station.send('MeterValues', { connectorId: 1, transactionId: first, meterValue });
    }
    await station.begin({ timestamp: ago(10), meterStart: 5_000 });
    expect(await csms.sessions(station)).toMatchObject([
      { state: 'ended', energyWh: 3_005, doubts: ['stop-missing'] },
      { state: 'active' },
    ]);
    expect(await reasons(station)).toEqual(['stop-missing open']);
  });

  it('one that the connector cannot have delivered is in doubt when the stop is missing, too', async () => {
    const station = await freshStation({ maxPowerW: 11_000 });
    const first = await station.begin({ timestamp: ago(90), meterStart: 0 });
    await station.meter(first, 4_711_000, { timestamp: ago(60) });
    await station.begin({ timestamp: ago(10), meterStart: 5_000 });
    const doubts = ['stop-missing', 'energy-implausible'];
    expect(await csms.sessions(station)).toMatchObject([{ energyWh: 4_711_000, estimated: true, doubts }, { state: 'active' }]);
    expect((await reasons(station)).sort()).toEqual(['energy-implausible open', 'stop-missing open']);
  });
});

describe('a connector that nobody entered', () => {
  it('is added when the station charges there, and the station is told of', async () => {
    const station = await freshStation({ connectors: 1 });
    const ocppId = await station.begin({ connectorId: 3, timestamp: ago(5) });
    await station.end(ocppId, { meterStop: 1_001 });
    expect(await csms.sessions(station)).toMatchObject([{ connector: 3, state: 'ended', doubts: [] }]);
    const [fact] = await csms.facts(station.stationId);
    expect(fact?.payload['evses']).toMatchObject([{ number: 1 }, { number: 3, connectors: [{ type: 'Unknown' }] }]);
  });

  it.each([0, 65, 3_000_000_000])('that cannot be (%d): the session is recorded in doubt', async (connectorId) => {
    const station = await freshStation();
    const ocppId = await station.begin({ connectorId, timestamp: ago(5) });
    await station.end(ocppId, { meterStop: 1_001 });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended', energyWh: 1, doubts: ['connector-unknown'] }]);
    expect(await reasons(station)).toEqual(['connector-unknown open']);
  });
});
