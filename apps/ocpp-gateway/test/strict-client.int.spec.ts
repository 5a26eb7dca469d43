import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RPCClient } from 'ocpp-rpc';
import { Installation, type RunningGateway } from './support/installation.js';
import { ScriptedCsms } from './support/scripted-csms.js';

const ANSWERS: Record<string, object> = {
  BootNotification: { status: 'Accepted', currentTime: '2026-01-01T00:00:00Z', interval: 300 },
  Heartbeat: { currentTime: '2026-01-01T00:00:00Z' },
  StatusNotification: {},
  Authorize: { idTagInfo: { status: 'Accepted' } },
  StartTransaction: { transactionId: 17, idTagInfo: { status: 'Accepted' } },
  MeterValues: {},
  StopTransaction: { idTagInfo: { status: 'Accepted' } },
  DataTransfer: { status: 'Accepted' },
};

describe('a strict OCPP 1.6J client that we did not write', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateway: RunningGateway;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
    gateway = await installation.gateway();
    csms.answer = (call) => Promise.resolve({ body: JSON.stringify(ANSWERS[call.action]) });
  });
  afterAll(async () => {
    await installation.stop();
    expect(csms.violations).toEqual([]);
  });

  it('connects, charges, and carries out commands meanwhile', async () => {
    const client = new RPCClient({
      endpoint: `ws://127.0.0.1:${gateway.gateway.port}/ocpp/acme`,
      identity: 'STRICT-1',
      password: 'ampline-demo-station',
      protocols: ['ocpp1.6'],
      strictMode: true,
      callConcurrency: 1,
      reconnect: false,
      // Its types ask for every option; at run time each has a default.
    } as ConstructorParameters<typeof RPCClient>[0]);
    client.handle('Reset', () => Promise.resolve({ status: 'Accepted' }));
    const configurationKey = [{ key: 'HeartbeatInterval', readonly: false, value: '300' }];
    client.handle('GetConfiguration', () => Promise.resolve({ configurationKey }));
    await client.connect();
    expect(client.protocol).toBe('ocpp1.6');
    expect(csms.admissions[0]).toMatchObject({ station: 'STRICT-1', basic: { username: 'STRICT-1', password: 'ampline-demo-station' } });

    const at = '2026-01-01T00:00:00Z';
    const meterValue = [{ timestamp: at, sampledValue: [{ value: '1200', unit: 'Wh', context: 'Sample.Periodic' }] }];
    expect(await client.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })).toMatchObject({ interval: 300 });
    await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    await client.call('Authorize', { idTag: 'DEMO-OK-1' });
    const start = await client.call('StartTransaction', { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 0, timestamp: at });
    expect(start).toMatchObject({ transactionId: 17 });
    const [configuration, reset] = await Promise.all([
      csms.command('STRICT-1', 'GetConfiguration', { payload: { key: ['HeartbeatInterval'] } }),
      csms.command('STRICT-1', 'Reset', { payload: { type: 'Soft' } }),
      client.call('MeterValues', { connectorId: 1, transactionId: 17, meterValue }),
      client.call('Heartbeat', {}),
    ]);
    expect(configuration).toMatchObject({ outcome: 'answered', payload: { configurationKey: [{ value: '300' }] } });
    expect(reset).toMatchObject({ outcome: 'answered', payload: { status: 'Accepted' } });
    expect(await csms.command('STRICT-1', 'ClearCache')).toMatchObject({ outcome: 'call-error', code: 'NotImplemented' });
    await client.call('StopTransaction', { transactionId: 17, meterStop: 1200, timestamp: at, transactionData: meterValue });
    await client.call('DataTransfer', { vendorId: 'V', data: 'äöü' });
    await expect(client.call('Authorize', { idTag: 'DEMO-OK-1'.repeat(5) })).rejects.toThrow();
    await client.close();

    expect(csms.calls.map((call) => call.action).sort()).toEqual(Object.keys(ANSWERS).sort());
  });
});
