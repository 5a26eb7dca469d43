import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

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
const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const ago = (minutes: number): Date => new Date(NOW - minutes * 60_000);
const raw = (minutes: number): string => ago(minutes).toISOString();

describe('the offline queue of a station', () => {
  it('delivered late keeps the times of the station', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: raw(600) });
    await station.meter(ocppId, 3_000, { timestamp: raw(570) });
    await station.meter(ocppId, 5_000, { timestamp: raw(540) });
    await station.end(ocppId, { timestamp: raw(510) });
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ startedAt: ago(600), endedAt: ago(510), energyWh: 7_000, doubts: [], estimated: false });
    const ended = (await csms.facts(session?.sessionId ?? '')).at(-1)?.payload;
    expect(ended?.['readings']).toMatchObject([
      { registerWh: '1000' },
      { at: raw(570).replace('.000', ''), registerWh: '3000' },
      { registerWh: '5000' },
      { registerWh: '8000' },
    ]);
  });

  it('interleaved with what happens now: neither session is ended by the other', async () => {
    const station = await freshStation();
    const live = await station.begin({ timestamp: raw(2), meterStart: 8_000 });
    const queued = await station.begin({ timestamp: raw(300), meterStart: 1_000 });
    await station.meter(live, 8_500, { timestamp: raw(1) });
    await station.meter(queued, 4_000, { timestamp: raw(280) });
    await station.end(queued, { timestamp: raw(260), meterStop: 8_000 });
    await station.end(live, { timestamp: raw(0), meterStop: 9_000 });
    expect(await csms.sessions(station)).toMatchObject([
      { ocppId: live, state: 'ended', energyWh: 1_000, doubts: [], estimated: false },
      { ocppId: queued, state: 'ended', energyWh: 7_000, doubts: [], estimated: false },
    ]);
    expect(await csms.issues(station)).toEqual([]);
  });

  it('of two connectors, mixed', async () => {
    const station = await freshStation();
    const a = await station.begin({ connectorId: 1, timestamp: raw(300), meterStart: 0 });
    const b = await station.begin({ connectorId: 2, timestamp: raw(299), meterStart: 100 });
    await station.end(b, { timestamp: raw(200), meterStop: 600 });
    const c = await station.begin({ connectorId: 2, timestamp: raw(190), meterStart: 600 });
    await station.end(a, { timestamp: raw(100), meterStop: 9_000 });
    await station.end(c, { timestamp: raw(90), meterStop: 700 });
    expect((await csms.sessions(station)).map(({ energyWh, doubts }) => [energyWh, doubts])).toEqual([
      [9_000, []],
      [500, []],
      [100, []],
    ]);
  });

  it('whose start was answered but whose answer was lost: repeated from the queue, one session', async () => {
    const station = await freshStation();
    const start = { timestamp: raw(30) };
    const ocppId = await station.begin(start);
    await station.meter(ocppId, 2_000, { timestamp: raw(20) });
    expect(await station.begin(start)).toBe(ocppId);
    await station.end(ocppId, { timestamp: raw(1) });
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended', energyWh: 7_000 }]);
  });
});
