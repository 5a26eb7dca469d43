import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulation, type ProfileChanges, type SignedReading, type Simulation } from '../src/index.js';
import { StrictCentralSystem } from './support/strict-central-system.js';

const QUICK: ProfileChanges = {
  charging: { firstIdleS: [0, 0], idleS: [0, 0.1], chargingS: [0.3, 0.5], parkedS: [0, 0.1] },
  configuration: { MeterValueSampleInterval: '5', TransactionMessageRetryInterval: '2' },
  connection: { reconnectMinMs: 20, reconnectMaxMs: 60, callTimeoutMs: 5_000 },
};

let centralSystem: StrictCentralSystem;
let simulation: Simulation | undefined;

beforeEach(async () => {
  centralSystem = await StrictCentralSystem.start();
});

afterEach(async () => {
  await simulation?.stop();
  simulation = undefined;
  await centralSystem.stop();
});

describe('a station that works as it should', () => {
  it('connects with its identity, boots before anything else, reports its connectors', async () => {
    simulation = startSimulation({
      url: centralSystem.url,
      stations: [{ tenant: 'demo', identity: 'SIM/1', password: 'secret-of-station', evses: [{}, {}] }],
      profile: { charging: { automatic: false } },
    });
    await eventually(() => centralSystem.of('StatusNotification').length === 3);
    expect(centralSystem.upgrades).toEqual([
      {
        path: '/ocpp/demo/SIM%2F1',
        authorization: `Basic ${Buffer.from('SIM/1:secret-of-station').toString('base64')}`,
        protocols: 'ocpp1.6',
      },
    ]);
    expect(centralSystem.received.map(({ action, payload }) => [action, payload['connectorId']])).toEqual([
      ['BootNotification', undefined],
      ['StatusNotification', 0],
      ['StatusNotification', 1],
      ['StatusNotification', 2],
    ]);
    expect(centralSystem.violations).toEqual([]);
  });

  it('tells what its meter has signed at the end of a transaction', async () => {
    const signed: SignedReading[] = [];
    const sign = (reading: SignedReading) => `signed ${signed.push(reading)}`;
    simulation = startSimulation({
      url: centralSystem.url,
      stations: [{ tenant: 'demo', identity: 'SIM-1', evses: [{ sign }] }],
      idTokens: ['A'],
      profile: QUICK,
      secondMs: 10,
    });
    const [stop] = await eventually(() => {
      const stops = centralSystem.of('StopTransaction');
      return stops.length > 0 && stops;
    });
    const { timestamp, meterStop, transactionData } = stop?.payload ?? {};
    expect(transactionData).toContainEqual({
      timestamp,
      sampledValue: [{ value: 'signed 1', format: 'SignedData', context: 'Transaction.End' }],
    });
    expect(signed[0]).toMatchObject({ idToken: 'A', end: { at: timestamp, registerWh: meterStop } });
    expect(centralSystem.violations).toEqual([]);
  });

  it('charges cars that come and go, and its ledger is what it told', async () => {
    simulation = startSimulation({
      url: centralSystem.url,
      stations: [{ tenant: 'demo', identity: 'SIM-1', evses: [{ maxPowerW: 22_000 }, { maxPowerW: 150_000 }] }],
      idTokens: ['A', 'B'],
      profile: QUICK,
      speed: 1,
      secondMs: 10,
      keep: 'complete',
    });
    await eventually(() => centralSystem.of('StopTransaction').length >= 4);
    expect(await simulation.settle(5_000)).toBe(true);
    expect(centralSystem.violations).toEqual([]);

    const { transactions, messages, counts } = simulation.ledger();
    expect(counts).toMatchObject({ running: 0, waiting: 0, dropped: 0, refused: 0, unanswered: 0 });
    expect(centralSystem.of('StartTransaction').map(({ payload }) => payload)).toEqual(
      transactions.map(({ connectorId, idToken, startedAt, meterStartWh }) => ({
        connectorId,
        idTag: idToken,
        timestamp: startedAt,
        meterStart: meterStartWh,
      })),
    );
    for (const { transactionId, meterStartWh, meterStopWh, energyWh, stoppedAt } of transactions) {
      const stops = centralSystem.of('StopTransaction').filter(({ payload }) => payload['transactionId'] === transactionId);
      expect(stops.map(({ payload }) => [payload['meterStop'], payload['timestamp']])).toEqual([[meterStopWh, stoppedAt]]);
      expect(energyWh).toBe(Number(meterStopWh) - meterStartWh);
    }
    const acknowledged = messages.map(({ acknowledgedId }) => acknowledgedId).sort();
    expect(acknowledged).toEqual(centralSystem.received.map(({ messageId }) => messageId).sort());
  });
});
