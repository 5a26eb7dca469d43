import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { playScenario, type ScenarioStep } from '../src/index.js';
import { Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

const CHARGE_OFFLINE: ScenarioStep[] = [
  { do: 'cut-network' },
  { do: 'wait-until', condition: 'offline' },
  {
    do: 'repeat',
    times: 2,
    steps: [
      { do: 'start', connectorId: 1, idToken: 'A' },
      { do: 'sample', connectorId: 1 },
      { do: 'stop', connectorId: 1 },
    ],
  },
  { do: 'restore-network' },
  { do: 'wait-until', condition: 'drained' },
];
const CHARGE: ScenarioStep[] = [
  { do: 'start', connectorId: 1, idToken: 'A' },
  { do: 'sample', connectorId: 1 },
  { do: 'stop', connectorId: 1, idToken: 'A' },
];

describe('the offline queue', () => {
  it('sends what happened offline in order, with the times of then, and the ids it learns on the way', async () => {
    const station = await scene.station();
    await playScenario(station, CHARGE_OFFLINE);
    const { centralSystem } = scene;
    expect(centralSystem.transactionActions).toEqual([
      'StartTransaction',
      'MeterValues',
      'StopTransaction',
      'StartTransaction',
      'MeterValues',
      'StopTransaction',
    ]);
    expect(centralSystem.of('StopTransaction').map(({ payload }) => payload['transactionId'])).toEqual([101, 102]);
    expect(centralSystem.of('MeterValues').map(({ payload }) => payload['transactionId'])).toEqual([101, 102]);
    const { transactions } = station.ledger;
    expect(centralSystem.of('StartTransaction').map(({ payload }) => payload['timestamp'])).toEqual(
      transactions.map(({ startedAt }) => startedAt),
    );
    expect(centralSystem.of('StopTransaction').map(({ payload }) => payload['timestamp'])).toEqual(
      transactions.map(({ stoppedAt }) => stoppedAt),
    );
    expect(centralSystem.of('Authorize')).toEqual([]);
    expect(centralSystem.violations).toEqual([]);
  });

  it('sends a message that was cut off again, with the same id and content, and does not count it as an attempt', async () => {
    const station = await scene.station();
    scene.centralSystem.script = ({ action }, nth) => (action === 'StartTransaction' && nth <= 5 ? 'cut' : undefined);
    await playScenario(station, [...CHARGE, { do: 'wait-until', condition: 'drained' }]);
    const starts = scene.centralSystem.of('StartTransaction');
    expect(starts).toHaveLength(6);
    expect(new Set(starts.map(({ messageId, payload }) => JSON.stringify([messageId, payload]))).size).toBe(1);
    expect(station.ledger.counts()).toMatchObject({ completed: 1, dropped: 0 });
    expect(station.ledger.transactions[0]?.start.messageIds).toHaveLength(6);
  });

  it('gives a message up after TransactionMessageAttempts, and writes down why', async () => {
    const station = await scene.station();
    scene.centralSystem.script = ({ action }) => (action === 'StartTransaction' ? { error: 'InternalError' } : undefined);
    await playScenario(station, [...CHARGE, { do: 'wait-until', condition: 'drained' }]);
    expect(scene.centralSystem.of('StartTransaction')).toHaveLength(3);
    expect(station.ledger.transactions[0]?.start.fate).toEqual({ state: 'dropped', attempts: 3, last: 'call-error' });
    // Nobody gave the transaction an id.
    expect(scene.centralSystem.of('StopTransaction').map(({ payload }) => payload['transactionId'])).toEqual([-1]);
    expect(scene.centralSystem.of('MeterValues')[0]?.payload).not.toHaveProperty('transactionId');
  });

  it('counts silence as an attempt, and nothing overtakes the message that is being tried', async () => {
    const station = await scene.station({ connection: { callTimeoutMs: 100 } });
    scene.centralSystem.script = ({ action }, nth) => (action === 'StartTransaction' && nth <= 2 ? 'silence' : undefined);
    await playScenario(station, [...CHARGE, { do: 'wait-until', condition: 'drained' }]);
    expect(scene.centralSystem.transactionActions).toEqual([
      'StartTransaction',
      'StartTransaction',
      'StartTransaction',
      'MeterValues',
      'StopTransaction',
    ]);
    expect(station.ledger.counts()).toMatchObject({ completed: 1, dropped: 0 });
  });

  it('goes on sending what is not about transactions while a message waits for its next attempt', async () => {
    const station = await scene.station({ configuration: { TransactionMessageRetryInterval: '200' } });
    scene.centralSystem.script = ({ action }, nth) => (action === 'StartTransaction' && nth === 1 ? { error: 'InternalError' } : undefined);
    await playScenario(station, [
      { do: 'start', connectorId: 1, idToken: 'A' },
      { do: 'wait-until', condition: () => scene.centralSystem.of('StartTransaction').length === 1 },
      { do: 'heartbeat' },
      { do: 'wait-until', condition: () => scene.centralSystem.of('Heartbeat').length === 1 },
    ]);
    expect(scene.centralSystem.of('StartTransaction')).toHaveLength(1);
    await eventually(() => scene.centralSystem.of('StartTransaction').length === 2);
  });

  it('keeps its queue when power fails, and ends the transaction with the reason', async () => {
    const station = await scene.station({ rebootS: 1 });
    scene.centralSystem.script = ({ action }, nth) => (action === 'MeterValues' && nth === 1 ? 'silence' : undefined);
    await playScenario(station, [
      { do: 'start', connectorId: 2, idToken: 'A' },
      { do: 'sample', connectorId: 2 },
      { do: 'wait-until', condition: () => scene.centralSystem.of('MeterValues').length === 1 },
      { do: 'lose-power' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    expect(scene.centralSystem.of('BootNotification')).toHaveLength(2);
    expect(scene.centralSystem.of('StopTransaction').map(({ payload }) => payload['reason'])).toEqual(['PowerLoss']);
    expect(scene.centralSystem.of('MeterValues').map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it('waits for its acceptance before it sends anything else', async () => {
    scene.centralSystem.script = ({ action }, nth) =>
      action === 'BootNotification' && nth <= 2
        ? { result: { status: nth === 1 ? 'Pending' : 'Rejected', currentTime: '2026-01-01T00:00:00Z', interval: 3 } }
        : undefined;
    const station = scene.begin();
    await playScenario(station, [...CHARGE, { do: 'wait-until', condition: 'drained' }]);
    expect(scene.centralSystem.received.slice(0, 4).map(({ action }) => action)).toEqual([
      'BootNotification',
      'BootNotification',
      'BootNotification',
      'StatusNotification',
    ]);
    expect(scene.centralSystem.transactionActions).toEqual(['StartTransaction', 'MeterValues', 'StopTransaction']);
  });
});

describe('a connection that died without a word', () => {
  it('is given up when pings stay unanswered', async () => {
    const deaf = await Scene.open({ autoPong: false });
    try {
      const station = deaf.begin({ configuration: { WebSocketPingInterval: '5' } });
      await playScenario(station, [{ do: 'wait-until', condition: () => deaf.centralSystem.connectionCount >= 3 }]);
      expect(deaf.centralSystem.violations).toEqual([]);
    } finally {
      await deaf.close();
    }
  });
});

describe('what some firmware does', () => {
  it('sends answered messages once more', async () => {
    const station = await scene.station({ quirks: { duplicateShare: 1, retryMessageId: 'new' } });
    await playScenario(station, [...CHARGE, { do: 'wait-until', condition: 'drained' }]);
    const starts = scene.centralSystem.of('StartTransaction');
    expect(starts.map(({ payload }) => payload)).toEqual([starts[0]?.payload, starts[0]?.payload]);
    expect(new Set(starts.map(({ messageId }) => messageId)).size).toBe(2);
    expect(station.ledger.transactions).toHaveLength(1);
    expect(station.ledger.messages.filter(({ duplicate }) => duplicate)).toHaveLength(3);
    expect(scene.centralSystem.violations).toEqual([]);
  });

  it('does not boot after a mere reconnect', async () => {
    const station = await scene.station('no-boot-after-reconnect');
    await playScenario(station, [
      { do: 'disconnect' },
      { do: 'wait-until', condition: () => scene.centralSystem.connectionCount === 2 && station.online },
      { do: 'wait-until', condition: 'drained' },
    ]);
    expect(scene.centralSystem.of('BootNotification')).toHaveLength(1);
  });

  it.each([
    ['message-id-counter', ['1', '2', '3', '4']],
    ['message-id-twice', undefined],
  ] as const)('%s', async (profile, ids) => {
    const station = await scene.station(profile);
    await playScenario(station, [...CHARGE, { do: 'wait-until', condition: 'drained' }]);
    const sent = scene.centralSystem.received.map(({ messageId }) => messageId);
    if (ids) expect(sent.slice(0, 4)).toEqual(ids);
    else expect(scene.centralSystem.violations[0]).toMatch(/used twice/);
  });

  it('stops a transaction whose token turned out not to be good', async () => {
    const station = await scene.station();
    scene.centralSystem.script = ({ action }) =>
      action === 'StartTransaction' ? { result: { transactionId: 7, idTagInfo: { status: 'Blocked' } } } : undefined;
    await playScenario(station, [
      { do: 'start', connectorId: 1, idToken: 'A' },
      { do: 'wait-until', condition: () => scene.centralSystem.of('StopTransaction').length === 1 },
    ]);
    expect(scene.centralSystem.of('StopTransaction')[0]?.payload).toMatchObject({ transactionId: 7, reason: 'DeAuthorized' });
  });
});
