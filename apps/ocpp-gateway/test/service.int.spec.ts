import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bus } from '@ampline/platform-nats';
import { natsAuthorization, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { eventually, freePort, testNats, type EmbeddedNats } from '@ampline/platform-testing';
import { ocppGatewayService } from '../src/index.js';
import { ScriptedCsms } from './support/scripted-csms.js';
import { Station } from './support/station.js';

const SECRET = 'a secret of this installation, long enough';
const ADMIN = { user: 'admin', password: 'admin-secret' };

describe('the service', () => {
  let nats: EmbeddedNats;
  let bus: Bus;
  let csms: ScriptedCsms;
  let telemetry: TestTelemetry;
  let running: RunningService[] = [];
  let port: number;

  beforeAll(async () => {
    nats = await testNats({ config: natsAuthorization([ocppGatewayService], SECRET, { admin: ADMIN }) });
    bus = await Bus.connect({ url: nats.url, name: 'ocpp-csms', ...ADMIN }, testTelemetry('ocpp-csms'));
    csms = await new ScriptedCsms(bus).start();
    port = await freePort();
    telemetry = testTelemetry('ocpp-gateway');
    running = await startServices(
      [ocppGatewayService],
      {
        AMPLINE_SECRET: SECRET,
        AMPLINE_DATABASE_URL: 'postgresql://127.0.0.1:1/none',
        AMPLINE_NATS_URL: nats.url,
        OCPP_GATEWAY_PORT: String(port),
        OCPP_GATEWAY_GATEWAY_ID: 'gw.1',
        OCPP_GATEWAY_DRAIN_SPREAD_MS: '0',
      },
      { telemetry: () => telemetry },
    );
  });
  afterAll(async () => {
    await stopServices(running);
    await bus.close();
    await nats.stop();
  });

  it('does all it does with the bus permissions of its definition', async () => {
    const station = await Station.connect(port, { path: '/ocpp/acme/SRV-1' });
    station.obey();
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
    expect(await csms.command('SRV-1', 'ClearCache')).toMatchObject({ outcome: 'answered' });
    station.send('{');
    await eventually(() => csms.oddities.length === 1 && csms.reportsOf('opened').length === 1 && csms.reportsOf('beat').length > 0);
    const list = await bus.request('ocpp.gateway.gw%2E1.sockets', '', { timeoutMs: 2_000 });
    expect(JSON.parse(list.body)).toMatchObject({ gatewayId: 'gw.1', sockets: [{ stationId: csms.stationId('SRV-1') }] });
    bus.publish('ocpp.revoke.acme.SRV-1', JSON.stringify({ disconnect: true }));
    expect(await station.closed).toMatchObject({ code: 1008 });
    expect(telemetry.lines.filter((line) => line['level'] === 'error')).toEqual([]);
    expect(csms.violations).toEqual([]);
  });

  it('is ready while it listens and the bus is there, whatever the back end does', async () => {
    await csms.vanish();
    expect(await running[0]?.readiness.report()).toEqual({ ready: true, parts: { bus: 'ok', listener: 'ok' } });
    await csms.start();
  });

  it('lets its stations go when it is stopped', async () => {
    const station = await Station.connect(port, { path: '/ocpp/acme/SRV-2' });
    await eventually(() => csms.knows('SRV-2'));
    await stopServices(running.splice(0));
    expect(await station.closed).toMatchObject({ code: 1001 });
    expect(csms.reports.at(-1)).toMatchObject({ kind: 'stopping', gatewayId: 'gw.1' });
  });
});
