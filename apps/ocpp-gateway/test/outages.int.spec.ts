import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { eventually } from '@ampline/platform-testing';
import { Installation, latch, type RunningGateway } from './support/installation.js';
import { LIMITS, ScriptedCsms } from './support/scripted-csms.js';
import type { Station } from './support/station.js';

const START = { connectorId: 1, idTag: 'DEMO-OK-1', timestamp: '2026-01-01T00:00:00Z', meterStart: 0 };

describe('a call while', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateway: RunningGateway;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
  });
  beforeEach(async () => {
    gateway = await installation.gateway({ callTryMs: 100 });
    csms.calls.length = 0;
    csms.reports.length = 0;
  });
  afterEach(async () => {
    csms.answer = () => Promise.resolve({ body: '{}' });
    csms.limits = LIMITS;
    await installation.clear();
    expect(csms.violations).toEqual([]);
  });
  afterAll(() => installation.stop());

  const retries = async (cause: string): Promise<number> =>
    Number(
      new RegExp(`^ocpp_call_retries_total\\{cause="${cause}".*\\} (\\d+)`, 'm').exec(await gateway.telemetry.metricsText())?.[1] ?? 0,
    );
  const repliesOf = (station: Station) => station.frames.map((frame) => JSON.parse(frame) as unknown);

  it('the back end is restarted is held and answered, and the station notices nothing', async () => {
    const stations = await Promise.all(Array.from({ length: 10 }, (_, i) => installation.station(gateway, `OUT-1-${i}`)));
    await csms.vanish();
    for (const station of stations) station.send([2, 'held', 'StartTransaction', START]);
    await eventually(async () => (await retries('bus.no-responders')) >= 20);
    csms.answer = () => Promise.resolve({ body: '{"transactionId":7,"idTagInfo":{"status":"Accepted"}}' });
    await csms.start();
    for (const station of stations) await station.answer('held');
    expect(stations.map(repliesOf)).toEqual(stations.map(() => [[3, 'held', { transactionId: 7, idTagInfo: { status: 'Accepted' } }]]));
    expect(csms.calls).toHaveLength(10);
  });

  it.each([
    ['StartTransaction', START],
    ['Heartbeat', {}],
  ])('the back end is away for too long is not answered: the socket is closed with 1013 (%s)', async (action, payload) => {
    csms.limits = { ...LIMITS, callDeadlineMs: 400 };
    const station = await installation.station(gateway, 'OUT-2');
    await csms.vanish();
    station.send([2, 'lost', action, payload]);
    expect(await station.closed).toMatchObject({ code: 1013 });
    expect(station.frames).toEqual([]);
    await csms.start();
    const metrics = await gateway.telemetry.metricsText();
    expect(metrics).toMatch(new RegExp(`^ocpp_calls_total\\{action="${action}",result="gave-up".*\\} 1`, 'm'));
  });

  it('a member says "ask another" is asked again under the same id', async () => {
    csms.answer = () => Promise.resolve(csms.calls.length < 3 ? { body: '', headers: { 'Ampline-Retry': 'true' } } : { body: '{"n":3}' });
    const station = await installation.station(gateway, 'OUT-3');
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', { n: 3 }]);
    expect(csms.calls).toHaveLength(3);
    for (const part of ['callId', 'receivedAt', 'deadline', 'raw'] as const) {
      expect(new Set(csms.calls.map((call) => call[part])).size).toBe(1);
    }
  });

  it('a member is frozen is asked elsewhere, and its late answer goes nowhere', async () => {
    const thaw = latch();
    csms.answer = async () => {
      if (csms.calls.length > 1) return { body: '{"from":"second"}' };
      await thaw.opened;
      return { body: '{"from":"first"}' };
    };
    const station = await installation.station(gateway, 'OUT-4');
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', { from: 'second' }]);
    thaw.open();
    await station.call('2', 'Heartbeat');
    expect(repliesOf(station)).toEqual([
      [3, '1', { from: 'second' }],
      [3, '2', { from: 'second' }],
    ]);
    expect(csms.calls[0]?.callId).toBe(csms.calls[1]?.callId);
  });

  it('a back end with a bug ends in InternalError, except for what the station would drop', async () => {
    csms.answer = () => Promise.reject(new AppError({ kind: 'internal', code: 'csms.bug', message: 'a bug' }));
    const station = await installation.station(gateway, 'OUT-5');
    expect(await station.call('1', 'Heartbeat')).toEqual([4, '1', 'InternalError', 'csms.bug', {}]);
    station.send([2, '2', 'StartTransaction', START]);
    await eventually(async () => (await retries('csms.bug')) >= 2);
    csms.answer = () => Promise.resolve({ body: '{"transactionId":1,"idTagInfo":{"status":"Accepted"}}' });
    expect(await station.answer('2')).toMatchObject([3, '2', { transactionId: 1 }]);
  });

  it('a back end answers what is no JSON object ends in InternalError', async () => {
    csms.answer = () => Promise.resolve({ body: '' });
    const station = await installation.station(gateway, 'OUT-6');
    expect(await station.call('1', 'Heartbeat')).toEqual([4, '1', 'InternalError', 'ocpp-gateway.unreadable-reply', {}]);
  });

  it('the station has gone is not asked again', async () => {
    const station = await installation.station(gateway, 'OUT-7');
    await csms.vanish();
    station.send([2, '1', 'StartTransaction', START]);
    await eventually(async () => (await retries('bus.no-responders')) >= 1);
    station.vanish();
    await eventually(() => gateway.gateway.sockets === 0);
    await csms.start();
    const next = await installation.station(gateway, 'OUT-7');
    await next.call('2', 'Heartbeat');
    expect(csms.calls.map((call) => call.messageId)).toEqual(['2']);
  });

  it('the bus is restarted is held and answered; sockets stay, commands find them, nothing needs to reconnect', async () => {
    const station = await installation.station(gateway, 'OUT-8');
    station.obey();
    await installation.nats.kill('SIGKILL');
    await eventually(() => !gateway.bus.connected);
    station.send([2, '1', 'StartTransaction', START]);
    await eventually(async () => (await retries('bus.disconnected')) >= 2);
    await installation.nats.restart();
    expect(await station.answer('1')).toEqual([3, '1', {}]);
    expect(csms.calls).toHaveLength(1);
    await eventually(async () => (await csms.command('OUT-8', 'ClearCache'))?.outcome === 'answered');
    expect(gateway.gateway.sockets).toBe(1);
    expect(csms.reportsOf('closed')).toEqual([]);
  });
});
