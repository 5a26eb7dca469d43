import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, ManualTimers } from '@ampline/kernel-time';
import { eventually } from '@ampline/platform-testing';
import { Time } from '../src/time.js';
import { Installation, latch } from './support/installation.js';
import { LIMITS, ScriptedCsms } from './support/scripted-csms.js';
import { Station } from './support/station.js';

describe('the life of a gateway and its sockets', () => {
  let installation: Installation;
  let csms: ScriptedCsms;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
  });
  afterEach(async () => {
    csms.answer = () => Promise.resolve({ body: '{}' });
    csms.limits = LIMITS;
    await installation.clear();
    expect(csms.violations).toEqual([]);
  });
  afterAll(() => installation.stop());

  it('a socket whose station is silent is pinged, and cut off when it stays silent; one that answers stays', async () => {
    const clock = new ManualClock(new Date());
    const gateway = await installation.gateway({ pingIntervalS: 30, pongTimeoutS: 20 }, new Time(clock, new ManualTimers(clock)));
    const [alive, dead] = [
      await installation.station(gateway, 'LIFE-1'),
      await installation.station(gateway, 'LIFE-2', { autoPong: false }),
    ];
    const pings = { alive: 0, dead: 0 };
    alive.ws.on('ping', () => (pings.alive += 1));
    dead.ws.on('ping', () => (pings.dead += 1));
    clock.advance(29_000);
    clock.advance(6_000);
    await eventually(() => pings.alive === 1 && pings.dead === 1);
    await alive.call('1', 'Heartbeat');
    clock.advance(26_000);
    expect(await dead.closed).toMatchObject({ code: 1006 });
    expect(await alive.call('2', 'Heartbeat')).toEqual([3, '2', {}]);
    await eventually(() => gateway.gateway.sockets === 1);
    expect(pings).toEqual({ alive: 1, dead: 1 });
    await closing(gateway.gateway.stop(), clock);
  });

  it('a station that sends and does not read is cut off', async () => {
    const gateway = await installation.gateway({ maxBufferedBytes: 100_000 });
    csms.answer = () => Promise.resolve({ body: `{"data":"${'x'.repeat(500_000)}"}` });
    const station = await installation.station(gateway, 'LIFE-3');
    station.ws.pause();
    for (let i = 0; i < 100; i += 1) station.send([2, `${i}`, 'DataTransfer', { vendorId: 'v' }]);
    await eventually(() => gateway.gateway.sockets === 0);
    expect(gateway.telemetry.lines.some((line) => line['event'] === 'socket.slow-consumer')).toBe(true);
  });

  it('a station over its rate is slowed down, not cut off', async () => {
    csms.limits = { ...LIMITS, callsPerMinute: 300 };
    const gateway = await installation.gateway();
    const station = await installation.station(gateway, 'LIFE-4');
    for (let i = 0; i < 302; i += 1) station.send([2, `${i}`, 'Heartbeat', {}]);
    await station.answer('301');
    expect(station.frames).toHaveLength(302);
  });

  it('a station that floods is cut off with 1008', async () => {
    csms.limits = { ...LIMITS, callsPerMinute: 1, callDeadlineMs: 500 };
    const gateway = await installation.gateway();
    const station = await installation.station(gateway, 'LIFE-10');
    for (let i = 0; i < 2_000; i += 1) station.send([2, `${i}`, 'Heartbeat', {}]);
    expect(await station.closed).toMatchObject({ code: 1008 });
  });

  it('stops in good order: calls in work are answered, then 1001; new stations are sent elsewhere meanwhile', async () => {
    const gate = latch();
    csms.answer = async (call) => {
      if (call.station === 'LIFE-5') await gate.opened;
      return { body: '{}' };
    };
    const gateway = await installation.gateway({ drainGraceMs: 10_000 });
    const [busy, idle] = [await installation.station(gateway, 'LIFE-5'), await installation.station(gateway, 'LIFE-6')];
    busy.send([2, 'in-work', 'Heartbeat', {}]);
    await eventually(() => csms.calls.some((call) => call.messageId === 'in-work'));
    const stopped = gateway.gateway.stop();
    expect(await idle.closed).toMatchObject({ code: 1001 });
    expect(await Station.refused(gateway.gateway.port, { path: '/ocpp/acme/LIFE-7' })).toMatchObject({
      status: 503,
      body: { code: 'stopping' },
    });
    expect(() => gateway.gateway.checkListening()).toThrow(expect.objectContaining({ code: 'ocpp-gateway.not-listening' }));
    gate.open();
    expect(await busy.closed).toMatchObject({ code: 1001 });
    expect(busy.frames).toEqual(['[3,"in-work",{}]']);
    await stopped;
    expect(csms.reports.at(-1)?.kind).toBe('stopping');
  });

  it('stops in time although a call is never answered and a station does not close', async () => {
    csms.answer = () => new Promise(() => undefined);
    const gateway = await installation.gateway({ drainGraceMs: 100 });
    const station = await installation.station(gateway, 'LIFE-8');
    station.send([2, 'never', 'Heartbeat', {}]);
    await eventually(() => csms.calls.some((call) => call.messageId === 'never'));
    station.ws.pause();
    await gateway.gateway.stop();
    expect(gateway.gateway.sockets).toBe(0);
    expect(csms.reports.at(-1)?.kind).toBe('stopping');
  });

  it('closes many sockets one by one over the time it is given', async () => {
    const gateway = await installation.gateway({ drainPerSecond: 100 });
    const stations = await Promise.all(Array.from({ length: 20 }, (_, i) => installation.station(gateway, `LIFE-9-${i}`)));
    await gateway.gateway.stop();
    const closes = await Promise.all(stations.map((station) => station.closed));
    expect(new Set(closes.map((close) => close.code))).toEqual(new Set([1001]));
  });

  it('says in one sentence that its port is taken', async () => {
    const first = await installation.gateway();
    await expect(installation.gateway({ port: first.gateway.port })).rejects.toMatchObject({ code: 'ocpp-gateway.listen-failed' });
  });
});

/** Lets a gateway on a manual clock stop: its pauses end when time is moved on. */
async function closing(stopped: Promise<void>, clock: ManualClock): Promise<void> {
  const state = { done: false };
  const ended = stopped.then(() => (state.done = true));
  await eventually(() => {
    clock.advance(100);
    return state.done;
  });
  await ended;
}
