import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StationPathSubject, type ForeignMessage, type ProxyRoute, type ProxyState, type SocketRouting } from '@ampline/contracts';
import { Bus } from '@ampline/platform-nats';
import { testTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import { Installation, type RunningGateway } from './support/installation.js';
import { SecondServer, type Manner } from './support/second-server.js';
import type { Station } from './support/station.js';

/** More than wait for the second CSMS. */
const CALLS = 300;
const MISBEHAVIOURS: Manner[] = ['silent', 'garbage', 'hangs-up', 'floods'];

describe('a station with a second CSMS', () => {
  let installation: Installation;
  let bus: Bus;
  let gateway: RunningGateway;
  const archived: ForeignMessage[] = [];
  const states: ProxyState[] = [];
  let second: SecondServer;
  let version = 0;

  beforeAll(async () => {
    installation = await Installation.start();
    bus = await Bus.connect({ url: installation.nats.url, name: 'test' }, testTelemetry('test', { spans: false }));
    bus.serve(StationPathSubject.allForeignMessages, { queue: 'csms' }, ({ body }) => {
      archived.push(JSON.parse(body) as ForeignMessage);
      return Promise.resolve();
    });
    bus.serve(StationPathSubject.allProxyStates, { queue: 'csms' }, ({ body }) => {
      states.push(JSON.parse(body) as ProxyState);
      return Promise.resolve();
    });
    await bus.flush();
    gateway = await installation.gateway({ callTryMs: 500 });
  });

  afterEach(async () => {
    await second.stop();
    for (const list of [archived, states]) list.length = 0;
  });

  afterAll(async () => {
    await bus.close();
    await installation.stop();
  });

  const proxy = (mode: ProxyRoute['mode']): SocketRouting => ({
    version: (version += 1),
    proxy: { mode, url: second.url('ST-1'), username: 'ST-1', password: 'second-password' },
  });

  async function connected(routing: SocketRouting): Promise<Station> {
    installation.csms.judge = (request) => ({ ...installation.csms.accept(request), routing });
    return installation.station(gateway, 'ST-1');
  }

  const payloadOf = (answer: unknown[]) => answer[2] as Record<string, unknown>;

  it('mirror: gets a copy of each call, and nothing that it says reaches anybody', async () => {
    second = await SecondServer.start();
    const station = await connected(proxy('mirror'));
    for (let i = 0; i < 5; i += 1) expect(payloadOf(await station.call(`m${i}`, 'Heartbeat'))).toEqual({});
    await eventually(() => second.calls.length === 5);
    expect(second.calls.map(({ frame }) => JSON.parse(frame) as unknown)).toContainEqual([2, 'm3', 'Heartbeat', {}]);
    second.command('c1', 'Reset', { type: 'Hard' });
    await eventually(() => second.answers.length === 1);
    expect(second.answers).toMatchObject([[4, 'c1', 'NotSupported', expect.any(String), {}]]);
    expect(station.commands()).toEqual([]);
    expect(archived).toEqual([]);
    expect(states.at(-1)).toMatchObject({ state: 'connected' });
    expect(second.violations).toEqual([]);
  });

  it.each(MISBEHAVIOURS)('mirror: a second CSMS that is %s disturbs nobody', async (manner) => {
    second = await SecondServer.start();
    second.manner = manner;
    const station = await connected(proxy('mirror'));
    const begun = performance.now();
    for (let i = 0; i < CALLS; i += 1) station.send([2, `${manner}-${i}`, 'Heartbeat', {}]);
    await eventually(() => station.frames.length === CALLS);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(station.frames.every((frame) => frame.startsWith('[3,'))).toBe(true);
    expect(station.ws.readyState).toBe(1);
    expect(station.commands()).toEqual([]);
    if (manner === 'hangs-up') await eventually(() => states.some(({ state }) => state === 'failing'));
  });

  it('mirror: a second CSMS that is not there disturbs nobody, and is found when it comes', async () => {
    second = await SecondServer.start();
    const routing = proxy('mirror');
    const { port } = second;
    await second.stop();
    const station = await connected(routing);
    expect((await station.call('b1', 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }))[0]).toBe(3);
    await eventually(() => states.some(({ state }) => state === 'failing'));
    second = await SecondServer.start(port);
    await eventually(() => second.calls.some(({ action }) => action === 'BootNotification'));
    expect(second.violations).toEqual([]);
  });

  it('forward: the second CSMS answers and commands, and what it says is archived', async () => {
    second = await SecondServer.start();
    const station = await connected(proxy('forward'));
    station.obey();
    expect(payloadOf(await station.call('f1', 'Heartbeat'))).toMatchObject({ by: 'second' });
    second.command('same-id', 'Reset', { type: 'Soft' });
    const ours = installation.csms.command('ST-1', 'ClearCache', { commandId: '0198a0a0-0000-7000-8000-00000000c0de' });
    await eventually(() => second.answers.length === 1);
    expect(second.answers).toEqual([[3, 'same-id', { status: 'Accepted' }]]);
    expect(await ours).toMatchObject({ outcome: 'answered' });
    const ids = station.commands().map(([, id]) => id);
    expect(ids).not.toContain('same-id');
    expect(new Set(ids).size).toBe(2);
    await eventually(() => archived.length === 2);
    expect(archived.map(({ direction, action, result, by }) => ({ direction, action, result, by }))).toEqual([
      { direction: 'from-station', action: 'Heartbeat', result: 'ok', by: 'proxy' },
      { direction: 'to-station', action: 'Reset', result: 'ok', by: 'proxy' },
    ]);
    expect(second.violations).toEqual([]);
  });

  it('forward: a second CSMS that takes longer than one try is asked once', async () => {
    second = await SecondServer.start();
    second.manner = 'slow';
    const station = await connected(proxy('forward'));
    expect(payloadOf(await station.call('s1', 'Heartbeat'))).toMatchObject({ by: 'second' });
    expect(second.calls).toHaveLength(1);
    expect(second.violations).toEqual([]);
  });

  it('forward: calls of a second CSMS that is away are held, and go to csms when the station is taken back', async () => {
    second = await SecondServer.start();
    const station = await connected(proxy('forward'));
    expect((await station.call('h0', 'Heartbeat'))[0]).toBe(3);
    await second.stop();
    const held = station.call('h1', 'Heartbeat');
    await eventually(() => states.some(({ state }) => state === 'failing'));
    bus.publish(StationPathSubject.routing('acme', 'ST-1'), JSON.stringify({ version: (version += 1) }));
    expect(await held).toEqual([3, 'h1', {}]);
    expect(station.ws.readyState).toBe(1);
    second = await SecondServer.start();
  });
});
