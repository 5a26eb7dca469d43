import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Quirk } from '@ampline/protocol-ocpp';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

const MINUTE_MS = 60_000;

let csms: IntakeHarness;
let site: TestSite;
let stations = 0;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  for (const token of ['CARD', 'OTHER', 'BA86I250X5G6MOD5DLKD']) await csms.token(site, token, { allowConcurrent: true });
});
afterAll(() => csms.stop());

/** A station with quirks by order of an operator; meter values know of them when this resolves. */
async function stationWith(quirks: readonly Quirk[], o: { connectors?: number } = {}): Promise<StationOnTheWire> {
  const station = await csms.station(site, `S-${(stations += 1)}`, o);
  if (quirks.length > 0) await csms.manners(station, quirks);
  return station;
}

const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
/** The wall clock of the site, without zone. */
const wallClock = (at: Date): string => new Date(at.getTime() + berlinOffsetMs(at)).toISOString().slice(0, 19);
const berlinOffsetMs = (at: Date): number => {
  const hours = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' }).formatToParts(at);
  return Number(/GMT\+0?(\d+)/.exec(hours.find(({ type }) => type === 'timeZoneName')?.value ?? '')?.[1]) * 60 * MINUTE_MS;
};
const reasons = async (station: StationOnTheWire) => (await csms.issues(station)).map(({ reason }) => reason);
const registers = async (station: StationOnTheWire): Promise<(number | null)[]> => {
  const text = 'SELECT register_wh::int FROM meter_value WHERE station_id = $1 ORDER BY taken_at';
  return (await csms.sql<{ register_wh: number | null }>(text, [station.stationId])).map((row) => row.register_wh);
};

describe('stop_with_random_transaction_id', () => {
  it('without it, no session ends', async () => {
    const station = await stationWith([]);
    await station.begin({ timestamp: ago(30) });
    await station.end(-1, { timestamp: ago(1) });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'active' }]);
    expect(await reasons(station)).toEqual(['stop-unknown-transaction']);
  });

  it.each([-1, 0, 1_987_654_321])('%d ends the one session that it can mean, once however often it is repeated', async (ocppId) => {
    const station = await stationWith(['stop_with_random_transaction_id']);
    await station.begin({ timestamp: ago(30) });
    await station.meter(ocppId, 4_000, { timestamp: ago(15) });
    const timestamp = ago(1);
    for (let n = 0; n < 3; n += 1) await station.end(ocppId, { timestamp, idTag: 'card' }, { callId: uuidv7() });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended', energyWh: 7_000, doubts: [], version: 2 }]);
    expect(await registers(station)).toEqual([4_000]);
    expect(await reasons(station)).toEqual([]);
  });

  it.each([
    ['another id token', { idTag: 'OTHER', timestamp: ago(1), meterStop: 8_000 }],
    ['an end before the begin', { idTag: 'CARD', timestamp: ago(40), meterStop: 8_000 }],
    ['a register below the newest', { idTag: 'CARD', timestamp: ago(1), meterStop: 999 }],
    ['more energy than the connector has', { idTag: 'CARD', timestamp: ago(1), meterStop: 900_000 }],
    ['a time without a zone', { idTag: 'CARD', timestamp: ago(1).slice(0, 19), meterStop: 8_000 }],
  ])('%s: no session ends, a person decides', async (_, end) => {
    const station = await stationWith(['stop_with_random_transaction_id']);
    await station.begin({ timestamp: ago(30) });
    await station.end(-1, end);
    expect(await csms.sessions(station)).toMatchObject([{ state: 'active' }]);
    expect(await reasons(station)).toEqual(['stop-unknown-transaction']);
  });

  it('with two sessions that fit, no session ends; the id that was given still counts', async () => {
    const station = await stationWith(['stop_with_random_transaction_id']);
    const first = await station.begin({ timestamp: ago(30) });
    await station.begin({ timestamp: ago(29), connectorId: 2 });
    await station.end(-1, { timestamp: ago(2), idTag: 'CARD' });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'active' }, { state: 'active' }]);
    await station.end(first, { timestamp: ago(1) });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended' }, { state: 'active' }]);
  });

  it('an id of another station ends nothing there', async () => {
    const other = await stationWith([]);
    const theirs = await other.begin({ timestamp: ago(30) });
    const station = await stationWith(['stop_with_random_transaction_id']);
    await station.begin({ timestamp: ago(30) });
    await station.end(theirs, { timestamp: ago(1), idTag: 'CARD' });
    expect(await csms.sessions(other)).toMatchObject([{ state: 'active' }]);
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended' }]);
  });
});

describe('times without a zone', () => {
  const [begun, ended] = [new Date(Date.now() - 30 * MINUTE_MS), new Date(Date.now() - MINUTE_MS)].map(
    (at) => new Date(Math.floor(at.getTime() / 1_000) * 1_000),
  ) as [Date, Date];

  it.each<[string, Quirk[], (at: Date) => string, string[]]>([
    ['unknown: in doubt', [], wallClock, ['clock-without-zone']],
    ['those of the site', ['timestamps_in_site_zone'], wallClock, []],
    ['UTC', ['timestamps_in_utc_without_zone'], (at) => at.toISOString().slice(0, 19), []],
  ])('%s', async (_, quirks, write, doubts) => {
    const station = await stationWith(quirks);
    const ocppId = await station.begin({ timestamp: write(begun) });
    await station.meter(ocppId, 2_000, { timestamp: write(ended) });
    await station.end(ocppId, { timestamp: write(ended) });
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ doubts, energyWh: 7_000 });
    if (doubts.length > 0) return;
    expect(session).toMatchObject({ startedAt: begun, endedAt: ended });
    expect(await csms.sql('SELECT taken_at FROM meter_value WHERE station_id = $1', [station.stationId])).toEqual([{ taken_at: ended }]);
  });
});

describe('sampled registers', () => {
  it.each<[string, Quirk[], number[], (number | null)[]]>([
    ['as told, without a quirk', [], [361], [361]],
    ['kWh under the name Wh', ['energy_in_kWh_without_unit'], [361, 362], [361_000, 362_000]],
    ['kWh of a firmware that is mended', ['energy_in_kWh_without_unit'], [360_900], [360_900]],
    ['of the session', ['sampled_register_per_session'], [0, 1_500], [360_400, 361_900]],
    ['of the lifetime after all', ['sampled_register_per_session'], [362_000], [362_000]],
  ])('%s', async (_, quirks, told, stored) => {
    const station = await stationWith(quirks);
    const ocppId = await station.begin({ timestamp: ago(30), meterStart: 360_400 });
    for (const [i, wh] of told.entries()) await station.meter(ocppId, wh, { timestamp: ago(20 - i) });
    expect(await registers(station)).toEqual(stored);
    await station.end(ocppId, { timestamp: ago(1), meterStop: 365_400 });
    expect(await csms.sessions(station)).toMatchObject([{ energyWh: 5_000, doubts: [] }]);
  });
});

describe('readings in other units', () => {
  it.each<[string, Quirk[], object, object]>([
    ['A', [], { measurand: 'Current.Import', unit: 'A', value: '160' }, { value: '160', soc: null }],
    ['dA', ['current_in_dA'], { measurand: 'Current.Import', unit: 'A', value: '327.80' }, { value: '32.78', soc: null }],
    ['a state of charge', [], { measurand: 'SoC', value: '0.46' }, { value: '0.46', soc: 0 }],
    ['a state of charge as a share', ['soc_as_fraction'], { measurand: 'SoC', value: '0.46' }, { value: '46', soc: 46 }],
  ])('%s', async (_, quirks, sample, expected) => {
    const station = await stationWith(quirks);
    await station.send('MeterValues', { connectorId: 1, meterValue: [{ timestamp: ago(1), sampledValue: [sample] }] });
    const text = `SELECT samples->0->>'value' AS value, soc_percent AS soc FROM meter_value WHERE station_id = $1`;
    expect(await csms.sql(text, [station.stationId])).toEqual([expected]);
  });
});

describe('connector_zero_means_one', () => {
  it.each<[Quirk[], string, number]>([
    [[], 'Unknown', 0],
    [['connector_zero_means_one'], 'Charging', 1],
  ])('%j: connector 1 is %s', async (quirks, status, connector) => {
    const station = await stationWith(quirks, { connectors: 1 });
    await station.send('StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Charging', timestamp: ago(0) });
    await station.meter(undefined, 5_000, { connectorId: 0 });
    expect(await csms.sql('SELECT status FROM connector WHERE station_id = $1', [station.stationId])).toEqual([{ status }]);
    const text = 'SELECT connector_number AS connector FROM meter_value WHERE station_id = $1';
    expect(await csms.sql(text, [station.stationId])).toEqual([{ connector }]);
  });
});

describe('long_id_tokens', () => {
  it.each<[Quirk[], string]>([
    [[], 'Invalid'],
    [['long_id_tokens'], 'Accepted'],
  ])('%j: %s', async (quirks, status) => {
    const station = await stationWith(quirks);
    const idTag = 'BA86I250X5G6MOD5DLKD\u0010\u000e';
    const ocppId = await station.begin({ idTag, timestamp: ago(5) });
    expect((await station.end(ocppId, { timestamp: ago(1), meterStop: 1_100, idTag })).idTagInfo?.status).toBe(status);
  });
});

describe('the register of the end', () => {
  const end = [{ timestamp: ago(1), sampledValue: [{ value: '4.5', unit: 'kWh', context: 'Transaction.End' }] }];
  it.each<[string, Quirk[], number, unknown[] | undefined, number, string[]]>([
    ['0', [], 0, end, 0, ['meter-went-back']],
    ['0, told in its readings', ['meter_stop_zero'], 0, end, 3_500, []],
    ['0, told nowhere', ['meter_stop_zero'], 0, undefined, 0, ['meter-went-back']],
    ['1 Wh below the begin', [], 999, undefined, 0, ['meter-went-back']],
    ['1 Wh below the begin, rounded', ['meter_stop_rounded_down'], 999, undefined, 0, []],
    ['11 Wh below the begin', ['meter_stop_rounded_down'], 989, undefined, 0, ['meter-went-back']],
  ])('%s', async (_, quirks, meterStop, transactionData, energyWh, doubts) => {
    const station = await stationWith(quirks);
    const ocppId = await station.begin({ timestamp: ago(30), meterStart: 1_000 });
    await station.end(ocppId, { timestamp: ago(1), meterStop, ...(transactionData && { transactionData }) });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended', energyWh, doubts }]);
  });
});

describe('no_subprotocol', () => {
  it.each<[Quirk[], string]>([
    [[], 'refused'],
    [['no_subprotocol'], 'accepted'],
  ])('%j: %s', async (quirks, outcome) => {
    expect((await (await stationWith(quirks)).admit({ subprotocols: [] })).outcome).toBe(outcome);
  });
});

describe('a boot', () => {
  it('puts the quirks of the catalogue in force, and tells them', async () => {
    const station = await stationWith([]);
    const make = { chargePointVendor: 'Growatt', chargePointModel: 'THOR_11AS', firmwareVersion: 'THOR_11AS-V5.2.4-20230307-NOVO' };
    await station.send('BootNotification', make);
    expect((await csms.facts(station.stationId)).at(-1)?.payload['quirks']).toEqual(['timestamps_in_site_zone']);
    await station.begin({ timestamp: wallClock(new Date()) });
    expect(await csms.sessions(station)).toMatchObject([{ doubts: [] }]);
  });

  it('leaves what an operator decided', async () => {
    const station = await stationWith([]);
    await csms.sql(
      `UPDATE charging_station SET quirks_off = '{timestamps_in_site_zone}', quirks_on = '{no_subprotocol}' WHERE station_id = $1`,
      [station.stationId],
    );
    await station.send('BootNotification', { chargePointVendor: 'GROWATT', chargePointModel: 'Thor 22AS-S' });
    expect((await csms.facts(station.stationId)).at(-1)?.payload['quirks']).toEqual(['no_subprotocol']);
  });
});
