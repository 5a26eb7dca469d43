import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

const STUCK = '2000-01-01T00:00:00Z';

let csms: IntakeHarness;
let site: TestSite;
let station: StationOnTheWire;
let stations = 0;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  await csms.token(site, 'CARD', { allowConcurrent: true });
});
afterAll(() => csms.stop());

const freshStation = async (): Promise<StationOnTheWire> => csms.station(site, `S-${(stations += 1)}`);

describe('a StartTransaction that is repeated', () => {
  it('by the gateway (same call) gives the same answer from the archive', async () => {
    station = await freshStation();
    const [callId, receivedAt, messageId] = [uuidv7(), new Date(), 'm-1'];
    const start = { timestamp: new Date().toISOString() };
    const first = await station.begin(start, { callId, receivedAt, messageId });
    expect(await station.begin(start, { callId, receivedAt, messageId })).toBe(first);
    expect(await csms.sessions(station)).toHaveLength(1);
    const archived = await csms.sql('SELECT 1 FROM ocpp_message WHERE station_id = $1', [station.stationId]);
    expect(archived).toHaveLength(1);
  });

  it.each([
    ['with the same message id', 'm-1', 'm-1'],
    ['with a new message id', 'm-1', 'm-2'],
  ])('by the station %s is one session', async (_, firstId, secondId) => {
    station = await freshStation();
    const start = { timestamp: new Date().toISOString() };
    const first = await station.begin(start, { messageId: firstId });
    expect(await station.begin(start, { messageId: secondId })).toBe(first);
    const [session, ...more] = await csms.sessions(station);
    expect(more).toEqual([]);
    expect((await csms.facts(session?.sessionId ?? '')).map(({ name }) => name)).toEqual(['session.started']);
  });

  it('in another letter case of the token is one session', async () => {
    station = await freshStation();
    const timestamp = new Date().toISOString();
    const first = await station.begin({ timestamp, idTag: 'CARD' });
    expect(await station.begin({ timestamp, idTag: 'card' })).toBe(first);
  });

  it('after its stop, by a station with a clock, is the same session, which stays ended', async () => {
    station = await freshStation();
    const start = { timestamp: new Date(Date.now() - 60_000).toISOString() };
    const first = await station.begin(start);
    await station.end(first, { meterStop: 1_200 });
    expect(await station.begin(start)).toBe(first);
    expect(await csms.sessions(station)).toMatchObject([{ state: 'ended', energyWh: 200, version: 2 }]);
    expect(await csms.issues(station)).toEqual([]);
  });
});

describe('two real sessions of a station whose clock stands still', () => {
  it('are two sessions, the second in doubt', async () => {
    station = await freshStation();
    const stuck = { timestamp: STUCK, meterStart: 0 };
    const first = await station.begin(stuck);
    expect(await station.begin(stuck)).toBe(first);
    await station.end(first, { meterStop: 300, timestamp: STUCK });
    const second = await station.begin(stuck);
    expect(second).not.toBe(first);
    expect(await station.begin(stuck)).toBe(second);
    await station.end(second, { meterStop: 500, timestamp: STUCK });

    expect(await csms.sessions(station)).toMatchObject([
      { ocppId: first, state: 'ended', energyWh: 300, doubts: ['clock-past'] },
      { ocppId: second, state: 'ended', energyWh: 500, doubts: ['clock-past', 'start-repeated-after-stop'] },
    ]);
    const issues = await csms.issues(station);
    expect(issues.map(({ reason }) => reason)).toEqual([
      'clock-past',
      'clock-past',
      'clock-past',
      'start-repeated-after-stop',
      'clock-past',
    ]);
    expect(new Set(issues.map(({ sessionId }) => sessionId)).size).toBe(2);
  });

  it('without a stop of the first are told apart by nothing: one session', async () => {
    station = await freshStation();
    const stuck = { timestamp: STUCK, meterStart: 0 };
    expect(await station.begin(stuck)).toBe(await station.begin(stuck));
  });
});
