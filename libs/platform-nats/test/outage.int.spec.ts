import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { testTelemetry } from '@ampline/platform-telemetry';
import { eventually, testNats, type EmbeddedNats } from '@ampline/platform-testing';
import { Bus, type BusStatus } from '../src/index.js';

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );

describe('A bus that goes away', () => {
  const servers: EmbeddedNats[] = [];
  const buses: Bus[] = [];

  async function start(config?: string): Promise<EmbeddedNats> {
    const server = await testNats(config === undefined ? {} : { config });
    servers.push(server);
    return server;
  }
  async function connect(o: { url: string; firstWaitMs?: number; user?: string; password?: string }): Promise<Bus> {
    const bus = await Bus.connect({ name: 'test', ...o }, testTelemetry('test'));
    buses.push(bus);
    return bus;
  }

  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it('killed: requests under way fail at once, new ones too, and everything is back after the restart', async () => {
    const server = await start();
    const [asker, member] = [await connect({ url: server.url }), await connect({ url: server.url })];
    const heard: BusStatus[] = [];
    asker.onStatus((status) => heard.push(status));
    let reconnects = 0;
    asker.onReconnect(() => reconnects++);
    member.serve('never.*', {}, () => new Promise(() => undefined));
    member.serve('echo.*', { queue: 'q' }, (m) => Promise.resolve({ body: m.body }));
    await member.flush();
    const before = asker.serverId;
    const underWay = codeOf(asker.request('never.x', '', { timeoutMs: 60_000 }));
    await asker.flush();

    await server.kill('SIGKILL');
    expect(await underWay).toBe('bus.disconnected');
    expect(asker.connected).toBe(false);
    expect(asker.serverId).toBeUndefined();
    expect(await codeOf(asker.request('echo.x', '', { timeoutMs: 60_000 }))).toBe('bus.disconnected');
    asker.publish('told.nobody', 'dropped');

    await server.restart();
    await eventually(() => asker.connected && member.connected);
    expect((await asker.request('echo.x', 'back', { timeoutMs: 5_000 })).body).toBe('back');
    expect(asker.serverId).not.toBe(before);
    expect(heard).toEqual(['disconnected', 'reconnected']);
    expect(reconnects).toBe(1);
  });

  it('frozen: requests end at their own time-out; after the thaw the same connection goes on', async () => {
    const server = await start();
    const [asker, member] = [await connect({ url: server.url }), await connect({ url: server.url })];
    member.serve('echo.*', {}, (m) => Promise.resolve({ body: m.body }));
    await member.flush();
    await server.kill('SIGSTOP');
    expect(await codeOf(asker.request('echo.x', 'lost', { timeoutMs: 100 }))).toBe('bus.timeout');
    await server.kill('SIGCONT');
    expect((await asker.request('echo.x', 'thawed', { timeoutMs: 5_000 })).body).toBe('thawed');
    expect(asker.connected).toBe(true);
  });

  it('restarted while frozen: subscriptions of many stations come back', async () => {
    const server = await start();
    const [asker, member] = [await connect({ url: server.url }), await connect({ url: server.url })];
    for (let i = 0; i < 2_000; i++) member.serve(`ocpp.command.acme.S${i}`, {}, () => Promise.resolve({ body: String(i) }));
    await member.flush();
    await server.kill('SIGSTOP');
    await server.kill('SIGKILL');
    await server.restart();
    await eventually(() => asker.connected && member.connected);
    await member.flush();
    expect((await asker.request('ocpp.command.acme.S1999', '', { timeoutMs: 5_000 })).body).toBe('1999');
  });

  it('a member drains while the bus is away', async () => {
    const server = await start();
    const member = await connect({ url: server.url });
    const served = member.serve('echo.*', {}, (m) => Promise.resolve({ body: m.body }));
    await server.kill('SIGKILL');
    await eventually(() => !member.connected);
    await served.drain();
    await member.drain();
    expect(member.connection.isClosed()).toBe(true);
  });

  it('not there at start: waits for it, and connects when it comes', async () => {
    const server = await start();
    await server.kill('SIGKILL');
    const connecting = connect({ url: server.url, firstWaitMs: 20_000 });
    await server.restart();
    expect((await connecting).connected).toBe(true);
  });

  it('never there: one clear error after the wait', async () => {
    const server = await start();
    await server.kill('SIGKILL');
    expect(await codeOf(connect({ url: server.url, firstWaitMs: 300 }))).toBe('bus.unreachable');
  });

  it('wrong password: refused at once', async () => {
    const server = await start('authorization { user: ampline, password: right }');
    expect(await codeOf(connect({ url: server.url, user: 'ampline', password: 'wrong' }))).toBe('bus.refused');
    const withCredentials = server.url.replace('nats://', 'nats://ampline:right@');
    expect((await connect({ url: withCredentials })).connected).toBe(true);
  });
});
