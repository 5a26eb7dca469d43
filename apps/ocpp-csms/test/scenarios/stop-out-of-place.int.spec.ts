import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
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

describe('a StopTransaction', () => {
  it.each([
    ['of the same call', true],
    ['under a new message id', false],
  ])('repeated %s is answered and doubles nothing', async (_, sameCall) => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(30) });
    const timestamp = ago(1);
    const transactionData = [meterValueOf(4_000, ago(15))];
    const call = sameCall ? { callId: uuidv7(), receivedAt: new Date() } : {};
    for (let n = 0; n < 3; n += 1) expect(await station.end(ocppId, { timestamp, transactionData }, call)).toEqual({});
    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ state: 'ended', energyWh: 7_000, version: 2 });
    expect(await csms.sql('SELECT 1 FROM meter_value WHERE station_id = $1', [station.stationId])).toHaveLength(1);
    expect(await csms.issues(station)).toEqual([]);
  });

  it('repeated with another register leaves the first and goes to the work list', async () => {
    const station = await freshStation();
    const ocppId = await station.begin({ timestamp: ago(30) });
    const timestamp = ago(1);
    await station.end(ocppId, { timestamp });
    await station.end(ocppId, { timestamp, meterStop: 9_999 });
    await station.end(ocppId, { timestamp, meterStop: 9_999 });
    expect(await csms.sessions(station)).toMatchObject([{ energyWh: 7_000, version: 2 }]);
    expect(await csms.issues(station)).toMatchObject([
      { reason: 'stop-repeated-different', status: 'open', detail: { meterStopWh: '9999' } },
    ]);
  });

  it.each([0, -1, 2_000_000_000, 9_223_372_036_854_775_807])(
    'of the unknown transaction %d is answered, kept, and ends nothing',
    async (ocppId) => {
      const station = await freshStation();
      const running = await station.begin({ timestamp: ago(30) });
      expect(await station.end(ocppId, { timestamp: ago(1), idTag: 'CARD' })).toEqual({ idTagInfo: { status: 'Accepted' } });
      expect(await csms.sessions(station)).toMatchObject([{ ocppId: running, state: 'active' }]);
      const [issue, ...more] = await csms.issues(station);
      expect(more).toEqual([]);
      const [session] = await csms.sessions(station);
      expect(issue).toMatchObject({
        reason: 'stop-unknown-transaction',
        detail: { meterStopWh: '8000', candidates: [session?.sessionId] },
      });
      expect(JSON.parse(issue?.frame ?? '[]')[2]).toBe('StopTransaction');
    },
  );

  it('of a transaction of another station is answered, kept, and ends nothing there', async () => {
    const [station, other] = [await freshStation(), await freshStation()];
    const theirs = await other.begin({ timestamp: ago(30) });
    expect(await station.end(theirs)).toEqual({});
    expect(await csms.sessions(other)).toMatchObject([{ state: 'active' }]);
    expect(await csms.issues(station)).toMatchObject([{ reason: 'stop-foreign-transaction' }]);
    expect(await csms.issues(other)).toEqual([]);
  });

  it('of a transaction of another tenant is answered, kept, and ends nothing there', async () => {
    const elsewhere = await csms.site('elsewhere');
    const other = await csms.station(elsewhere, 'S-1');
    const theirs = await other.begin({ timestamp: ago(30) });
    const station = await freshStation();
    await station.end(theirs);
    expect(await csms.sessions(other)).toMatchObject([{ state: 'active' }]);
    const [issue] = await csms.sql('SELECT tenant_id, detail FROM intake_issue WHERE station_id = $1', [station.stationId]);
    expect(issue).toMatchObject({ tenant_id: site.tenantId, detail: { candidates: [] } });
  });

  it('that arrives before its start waits in the work list, and then names the start', async () => {
    const station = await freshStation();
    await station.end(-1, { timestamp: ago(5), meterStop: 3_000, idTag: 'card' });
    await station.begin({ timestamp: ago(1), meterStart: 3_000, connectorId: 2 });
    await station.begin({ timestamp: ago(60), meterStart: 2_000 });
    const [session] = (await csms.sessions(station)).filter(({ meterStartWh }) => meterStartWh === 2_000);
    expect(await csms.issues(station)).toMatchObject([
      { reason: 'stop-unknown-transaction', status: 'open', sessionId: session?.sessionId, detail: { candidates: [session?.sessionId] } },
    ]);
    expect(session).toMatchObject({ state: 'active' });
  });

  it('without a start stays in the work list alone, once however often it is repeated', async () => {
    const station = await freshStation();
    const timestamp = ago(5);
    for (let n = 0; n < 3; n += 1) await station.end(-1, { timestamp, transactionData: [meterValueOf(7_000, timestamp)] });
    expect(await csms.issues(station)).toHaveLength(1);
    expect(await csms.sessions(station)).toEqual([]);
    const values = await csms.sql('SELECT transaction_id FROM meter_value WHERE station_id = $1', [station.stationId]);
    expect(values).toEqual([{ transaction_id: null }]);
  });
});
