import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { playScenario } from '../src/index.js';
import { Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(async () => {
  expect(scene.centralSystem.violations).toEqual([]);
  await scene.close();
});

describe('commands of the central system', () => {
  it('starts and stops a transaction remotely', async () => {
    const station = await scene.station();
    const { centralSystem } = scene;
    expect(await centralSystem.command('RemoteStartTransaction', { idTag: 'A', connectorId: 2 })).toEqual({ status: 'Accepted' });
    await eventually(() => station.evses[1]?.running?.ledger.transactionId === 101);
    expect(centralSystem.of('Authorize')).toEqual([]);
    expect(await centralSystem.command('RemoteStartTransaction', { idTag: 'A', connectorId: 2 })).toEqual({ status: 'Rejected' });
    expect(await centralSystem.command('RemoteStopTransaction', { transactionId: 999 })).toEqual({ status: 'Rejected' });
    expect(await centralSystem.command('RemoteStopTransaction', { transactionId: 101 })).toEqual({ status: 'Accepted' });
    await eventually(() => centralSystem.of('StopTransaction').length === 1);
    expect(centralSystem.of('StopTransaction')[0]?.payload).toMatchObject({ reason: 'Remote', transactionId: 101 });
  });

  it('asks first when AuthorizeRemoteTxRequests says so', async () => {
    const station = await scene.station();
    const { centralSystem } = scene;
    await centralSystem.command('ChangeConfiguration', { key: 'AuthorizeRemoteTxRequests', value: 'true' });
    centralSystem.script = ({ action }) => (action === 'Authorize' ? { result: { idTagInfo: { status: 'Blocked' } } } : undefined);
    expect(await centralSystem.command('RemoteStartTransaction', { idTag: 'A' })).toEqual({ status: 'Accepted' });
    await eventually(() => centralSystem.of('Authorize').length === 1);
    await playScenario(station, [{ do: 'wait-until', condition: 'drained' }]);
    expect(centralSystem.of('StartTransaction')).toEqual([]);
  });

  it.each([
    ['Soft', 'SoftReset'],
    ['Hard', 'HardReset'],
  ] as const)('resets %s: ends what runs, goes away, boots', async (type, reason) => {
    const station = await scene.station({ rebootS: 1 });
    const { centralSystem } = scene;
    await playScenario(station, [{ do: 'start', connectorId: 1, idToken: 'A' }]);
    expect(await centralSystem.command('Reset', { type })).toEqual({ status: 'Accepted' });
    await eventually(() => centralSystem.of('BootNotification').length === 2 && centralSystem.of('StopTransaction').length === 1);
    expect(centralSystem.of('StopTransaction')[0]?.payload).toMatchObject({ reason });
    await playScenario(station, [{ do: 'wait-until', condition: 'drained' }]);
  });

  it('unlocks: a transaction ends first; an unknown connector is not supported', async () => {
    const station = await scene.station();
    const { centralSystem } = scene;
    await playScenario(station, [{ do: 'start', connectorId: 1, idToken: 'A' }]);
    expect(await centralSystem.command('UnlockConnector', { connectorId: 9 })).toEqual({ status: 'NotSupported' });
    expect(await centralSystem.command('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    await eventually(() => centralSystem.of('StopTransaction').length === 1);
    expect(centralSystem.of('StopTransaction')[0]?.payload).toMatchObject({ reason: 'UnlockCommand' });
  });

  it('changes availability at once, or when the transaction has ended', async () => {
    const station = await scene.station();
    const { centralSystem } = scene;
    const lastStatus = (connectorId: number) =>
      centralSystem
        .of('StatusNotification')
        .filter(({ payload }) => payload['connectorId'] === connectorId)
        .at(-1)?.payload['status'];
    expect(await centralSystem.command('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
    await eventually(() => lastStatus(1) === 'Unavailable');
    await playScenario(station, [{ do: 'start', connectorId: 2, idToken: 'A' }]);
    expect(await centralSystem.command('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })).toEqual({ status: 'Scheduled' });
    await eventually(() => lastStatus(0) === 'Unavailable' && lastStatus(2) === 'Charging');
    await playScenario(station, [{ do: 'stop', connectorId: 2 }]);
    await eventually(() => lastStatus(2) === 'Unavailable');
    await playScenario(station, [{ do: 'unplug', connectorId: 2 }]);
    expect(await centralSystem.command('ChangeAvailability', { connectorId: 0, type: 'Operative' })).toEqual({ status: 'Accepted' });
    await eventually(() => [0, 1, 2].every((connectorId) => lastStatus(connectorId) === 'Available'));
  });

  it('answers a trigger before what it triggers', async () => {
    await scene.station();
    const { centralSystem } = scene;
    const before = centralSystem.received.length;
    expect(await centralSystem.command('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 2 })).toEqual({
      status: 'Accepted',
    });
    await eventually(() => centralSystem.received.length === before + 1);
    expect(centralSystem.received.at(-1)).toMatchObject({ action: 'StatusNotification', payload: { connectorId: 2 } });
    for (const requestedMessage of [
      'Heartbeat',
      'BootNotification',
      'DiagnosticsStatusNotification',
      'FirmwareStatusNotification',
    ] as const) {
      const count = centralSystem.of(requestedMessage).length;
      expect(await centralSystem.command('TriggerMessage', { requestedMessage })).toEqual({ status: 'Accepted' });
      await eventually(() => centralSystem.of(requestedMessage).length === count + 1);
    }
    expect(await centralSystem.command('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 })).toEqual({
      status: 'Accepted',
    });
    await eventually(() => centralSystem.of('MeterValues').length === 1);
    expect(await centralSystem.command('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 7 })).toEqual({
      status: 'Rejected',
    });
  });

  it('reads and changes configuration, clears its cache, transfers data', async () => {
    await scene.station();
    const { centralSystem } = scene;
    expect(await centralSystem.command('ChangeConfiguration', { key: 'HeartbeatInterval', value: '77' })).toEqual({ status: 'Accepted' });
    expect(await centralSystem.command('GetConfiguration', { key: ['HeartbeatInterval', 'X'] })).toEqual({
      configurationKey: [{ key: 'HeartbeatInterval', value: '77', readonly: false }],
      unknownKey: ['X'],
    });
    expect(await centralSystem.command('ClearCache', {})).toEqual({ status: 'Rejected' });
    await centralSystem.command('ChangeConfiguration', { key: 'AuthorizationCacheEnabled', value: 'true' });
    expect(await centralSystem.command('ClearCache', {})).toEqual({ status: 'Accepted' });
    expect(await centralSystem.command('DataTransfer', { vendorId: 'Nobody' })).toEqual({ status: 'UnknownVendorId' });
    expect(await centralSystem.command('DataTransfer', { vendorId: 'Ampline', messageId: 'Echo', data: 'x' })).toEqual({
      status: 'Accepted',
      data: 'x',
    });
  });

  it('reads its meters by the clock, also while nobody charges', async () => {
    await scene.station();
    const { centralSystem } = scene;
    await centralSystem.command('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '5' });
    await eventually(() => centralSystem.of('MeterValues').length >= 6);
    const [one, two, station] = centralSystem.of('MeterValues').map(({ payload }) => payload);
    expect([one, two, station].map((payload) => payload?.['connectorId'])).toEqual([1, 2, 0]);
    expect(JSON.stringify(one)).toContain('Sample.Clock');
    await centralSystem.command('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '0' });
  });

  it('refuses what it does not have, what a station does not receive, and what breaks the schema', async () => {
    await scene.station('core-only');
    const { centralSystem } = scene;
    expect(await centralSystem.command('GetLocalListVersion', {})).toEqual({ error: 'NotSupported' });
    expect(await centralSystem.command('TriggerMessage', { requestedMessage: 'Heartbeat' })).toEqual({ error: 'NotSupported' });
    expect(await centralSystem.ask('StartTransaction', '{}')).toEqual({ error: 'NotSupported' });
    expect(await centralSystem.ask('OpenSesame', '{}')).toEqual({ error: 'NotImplemented' });
    expect(await centralSystem.ask('Reset', '{"type":"Gently"}')).toEqual({ error: 'PropertyConstraintViolation' });
    expect(await centralSystem.ask('Reset', '{}')).toMatchObject({ error: expect.stringMatching(/^Occurr?enceConstraintViolation$/) });
  });
});
