import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StationPathSubject, type SocketsReply } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { ManualClock, ManualTimers, systemClock, systemTimers } from '@ampline/kernel-time';
import { Bus } from '@ampline/platform-nats';
import { testTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import { Presence } from '../src/presence/presence.js';
import { Time } from '../src/time.js';
import type { SocketIdentity } from '../src/sockets/socket-identity.js';
import { Installation, type RunningGateway } from './support/installation.js';
import { ScriptedCsms } from './support/scripted-csms.js';

/** As the back end computes it. */
function checksumOf(sockets: { stationId: string; epoch: number }[]): string {
  const words = sockets.map(({ stationId, epoch }) =>
    BigInt(`0x${createHash('sha256').update(`${stationId}:${epoch}`).digest('hex').slice(0, 16)}`),
  );
  return words
    .reduce((a, b) => a ^ b, 0n)
    .toString(16)
    .padStart(16, '0');
}

describe('presence', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateway: RunningGateway;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
  });
  beforeEach(async () => {
    gateway = await installation.gateway();
    csms.reports.length = 0;
  });
  afterEach(async () => {
    csms.acknowledge = () => ({ ok: true });
    await installation.clear();
  });
  afterAll(() => installation.stop());

  const socket = (station: string) => ({ stationId: csms.stationId(station), epoch: csms.epoch(station) });
  const lastBeat = (gatewayId = gateway.gateway.gatewayId) =>
    csms
      .reportsOf('beat')
      .filter((report) => report.gatewayId === gatewayId)
      .at(-1);

  function presenceOf(gatewayId: string, time: Time, crowded: () => boolean): Presence {
    const name = { gatewayId, gatewayInstance: 'instance-1' };
    const settings = { beatIntervalMs: 100, maxSockets: 10_000 };
    return new Presence(gateway.bus, name, settings, time, testTelemetry('ocpp-gateway').logger, crowded);
  }

  const identity = (epoch: number): SocketIdentity => ({
    tenantId: uuidv7(),
    tenant: 'acme',
    stationId: uuidv7(),
    station: 'S',
    epoch,
    subprotocol: 'ocpp1.6',
    transport: 'websocket',
    remoteAddress: '',
    limits: csms.limits,
  });

  it('reports opening and closing with epoch, address and reason', async () => {
    const station = await installation.station(gateway, 'PRE-1');
    station.ws.close(1000, 'going to sleep');
    const closed = await eventually(() => csms.reportsOf('closed')[0]);
    const from = { gatewayId: gateway.gateway.gatewayId, gatewayInstance: 'instance-0', at: expect.stringMatching(/^20.*Z$/) };
    const who = { ...from, tenantId: '0198a0a0-0000-7000-8000-000000000001', ...socket('PRE-1') };
    expect(csms.reportsOf('opened')).toEqual([
      { kind: 'opened', ...who, remoteAddress: '127.0.0.1', subprotocol: 'ocpp1.6', transport: 'websocket' },
    ]);
    expect(closed).toEqual({ kind: 'closed', ...who, code: 1000, reason: 'going to sleep' });
  });

  it('beats with the number and the checksum of its sockets', async () => {
    await eventually(() => lastBeat()?.sockets === 0 && lastBeat()?.checksum === '0000000000000000');
    for (const name of ['PRE-2', 'PRE-3', 'PRE-4']) await installation.station(gateway, name);
    const checksum = checksumOf(['PRE-2', 'PRE-3', 'PRE-4'].map(socket));
    await eventually(() => lastBeat()?.sockets === 3 && lastBeat()?.checksum === checksum);
    const again = await installation.station(gateway, 'PRE-3');
    const after = checksumOf(['PRE-2', 'PRE-3', 'PRE-4'].map(socket));
    await eventually(() => lastBeat()?.sockets === 3 && lastBeat()?.checksum === after);
    again.end();
    const less = checksumOf(['PRE-2', 'PRE-4'].map(socket));
    await eventually(() => lastBeat()?.sockets === 2 && lastBeat()?.checksum === less);
  });

  it('sends all sockets when the back end asks for them', async () => {
    for (const name of ['PRE-5', 'PRE-6']) await installation.station(gateway, name);
    csms.acknowledge = (report) => ({
      ok: true,
      ...(report.kind === 'beat' && csms.reportsOf('snapshot').length === 0 && { resync: true }),
    });
    const snapshot = await eventually(() => csms.reportsOf('snapshot')[0]);
    expect(snapshot).toMatchObject({ gatewayId: gateway.gateway.gatewayId, chunk: 0, chunks: 1 });
    expect(new Set(snapshot.sockets)).toEqual(new Set([socket('PRE-5'), socket('PRE-6')]));
  });

  it('sends a large snapshot in chunks that belong together', async () => {
    const presence = presenceOf('large', new Time(systemClock, systemTimers), () => false);
    const sockets = Array.from({ length: 4_500 }, (_, epoch) => identity(epoch));
    for (const one of sockets) presence.opened(one);
    const snapshots = () => csms.reportsOf('snapshot').filter((report) => report.gatewayId === 'large');
    csms.acknowledge = (report) => ({ ok: true, ...(report.kind === 'beat' && report.gatewayId === 'large' && { resync: true }) });
    presence.start();
    await eventually(() => snapshots().length >= 3);
    const [first, second, third] = snapshots();
    expect([first?.chunk, second?.chunk, third?.chunk, first?.chunks]).toEqual([0, 1, 2, 3]);
    expect(new Set([first?.at, second?.at, third?.at]).size).toBe(1);
    const told = [first, second, third].flatMap((report) => report?.sockets ?? []);
    expect(new Set(told.map((one) => `${one.stationId}:${one.epoch}`))).toEqual(
      new Set(sockets.map((one) => `${one.stationId}:${one.epoch}`)),
    );
    expect(lastBeat('large')?.checksum).toBe(checksumOf(sockets));
    await presence.stop(60_000);
    expect(csms.reportsOf('opened')).toHaveLength(sockets.length);
  });

  it('tells of openings later while many are let in, but not much later when that does not end', async () => {
    const clock = new ManualClock(new Date());
    const state = { crowded: true };
    const presence = presenceOf('crowded', new Time(clock, new ManualTimers(clock)), () => state.crowded);
    const opened = () => csms.reportsOf('opened').map(({ epoch }) => epoch);
    presence.opened(identity(1));
    clock.advance(2_900);
    presence.opened(identity(2));
    expect(presence.pending).toBe(2);
    clock.advance(200);
    await eventually(() => presence.pending === 0);
    expect(opened()).toEqual([1, 2]);
    state.crowded = false;
    presence.opened(identity(3));
    await eventually(() => presence.pending === 0);
    state.crowded = true;
    presence.opened(identity(4));
    clock.advance(1_000);
    expect(presence.pending).toBe(1);
    state.crowded = false;
    clock.advance(100);
    await eventually(() => presence.pending === 0);
    expect(opened()).toEqual([1, 2, 3, 4]);
  });

  it('loses no report while the back end is away: the newest of each station arrives', async () => {
    const [staying, leaving] = [await installation.station(gateway, 'PRE-7'), await installation.station(gateway, 'PRE-8')];
    csms.reports.length = 0;
    await csms.vanish();
    leaving.vanish();
    await eventually(() => gateway.gateway.sockets === 1);
    await eventually(async () => /^ocpp_presence_pending\{.*\} 1$/m.test(await gateway.telemetry.metricsText()));
    await csms.start();
    await eventually(() => csms.reportsOf('closed').length === 1);
    expect(csms.reportsOf('closed')[0]).toMatchObject(socket('PRE-8'));
    expect(await staying.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
  });

  it('tells a stopping gateway after all its sockets', async () => {
    for (const name of ['PRE-9', 'PRE-10']) await installation.station(gateway, name);
    await gateway.gateway.stop();
    const kinds = csms.reports.map((report) => report.kind).filter((kind) => kind !== 'beat');
    expect(kinds).toEqual(['opened', 'opened', 'closed', 'closed', 'stopping']);
    expect(csms.reportsOf('closed').map((report) => report.code)).toEqual([1001, 1001]);
  });

  it('lists its sockets when asked', async () => {
    for (const name of ['PRE-11', 'PRE-12']) await installation.station(gateway, name);
    const bus = await Bus.connect({ url: installation.nats.url, name: 'asker' }, testTelemetry('asker'));
    const ask = async (body: string) =>
      JSON.parse(
        (await bus.request(StationPathSubject.sockets(gateway.gateway.gatewayId), body, { timeoutMs: 2_000 })).body,
      ) as SocketsReply;
    const all = await ask('');
    const sorted = [socket('PRE-11'), socket('PRE-12')].sort((a, b) => (a.stationId < b.stationId ? -1 : 1));
    expect(all).toMatchObject({ gatewayId: gateway.gateway.gatewayId, gatewayInstance: 'instance-0', more: false, sockets: sorted });
    const rest = await ask(JSON.stringify({ after: sorted[0]?.stationId }));
    expect(rest.sockets).toEqual(sorted.slice(1));
    await bus.close();
  });
});
