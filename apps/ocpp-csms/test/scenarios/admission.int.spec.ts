import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Admitted, AdmitReplies } from '@ampline/contracts';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

const PASSWORD = 'ampline-demo-station';

let csms: IntakeHarness;
let site: TestSite;
let station: StationOnTheWire;

beforeAll(async () => {
  csms = await IntakeHarness.start({ replicas: 2 });
  site = await csms.site('demo');
  station = await csms.station(site, 'EXT-001', { password: PASSWORD });
});
afterAll(() => csms.stop());

const basic = (password: string, username = 'EXT-001') => ({ basic: { username, password } });

describe('a station at the upgrade', () => {
  it('gets its canonical identity, limits, a verifier and an epoch that rises', async () => {
    const first = await station.admit({ ...basic(PASSWORD), station: 'ext-001' });
    expect(first).toMatchObject({
      outcome: 'accepted',
      tenant: 'demo',
      tenantId: site.tenantId,
      station: 'EXT-001',
      subprotocol: 'ocpp1.6',
      limits: { maxFrameBytes: 262_144, callsPerMinute: 600, commandTimeoutMs: 30_000, callDeadlineMs: 25_000 },
      verifier: { hash: expect.stringMatching(/^s256:/), validForMs: 600_000 },
    });
    const epochs = await Promise.all(
      Array.from({ length: 20 }, async () => (await station.admit(basic(PASSWORD))).outcome === 'accepted' && station.epoch),
    );
    expect(epochs).toHaveLength(20);
    const [row] = await csms.sql('SELECT connection_epoch::int AS epoch FROM charging_station WHERE station_id = $1', [station.stationId]);
    expect(row).toEqual({ epoch: 21 });
  });

  it('is told to be alone until a connection of it is reported or about to be', async () => {
    const quiet = await csms.station(site, 'QUIET', { password: PASSWORD });
    const admit = () => quiet.admit(basic(PASSWORD, 'QUIET'));
    expect(await admit()).toMatchObject({ epoch: 1, alone: true });
    expect(await admit()).not.toHaveProperty('alone');
    await csms.sql('UPDATE charging_station SET online = true, open_epoch = 2, opening_since = NULL WHERE station_id = $1', [
      quiet.stationId,
    ]);
    expect(await admit()).not.toHaveProperty('alone');
    await csms.sql('UPDATE charging_station SET online = false, open_epoch = NULL, opening_since = NULL WHERE station_id = $1', [
      quiet.stationId,
    ]);
    expect(await admit()).toMatchObject({ epoch: 4, alone: true });
  });

  it('with its password as hexadecimal text is let in', async () => {
    expect(await station.admit(basic(Buffer.from(PASSWORD).toString('hex')))).toMatchObject({ outcome: 'accepted' });
  });

  it.each([
    ['with a wrong password', basic('not-the-password-at-all'), 'wrong-password'],
    ['without password', {}, 'password-missing'],
    ['under the name of another', basic(PASSWORD, 'EXT-002'), 'identity-mismatch'],
    ['that nobody knows', { station: 'EXT-999' }, 'unknown-station'],
    ['of nobody', { station: '' }, 'unknown-station'],
    ['of an unknown tenant', { tenant: 'nobody' }, 'unknown-tenant'],
    ['of what is no tenant', { tenant: 'No Body' }, 'unknown-tenant'],
    ['that speaks another protocol', { ...basic(PASSWORD), subprotocols: ['ocpp2.1', 'soap'] }, 'unsupported-subprotocol'],
    ['that offers no subprotocol', { ...basic(PASSWORD), subprotocols: [] }, 'unsupported-subprotocol'],
  ])('%s is refused: %j', async (_, request, reason) => {
    expect(await station.admit(request)).toEqual({ outcome: 'refused', reason });
  });

  it('that is refused is logged with the reason, and without the password', async () => {
    await station.admit(basic('not-the-password-at-all'));
    const lines = csms.replicas.flatMap(({ telemetry }) => telemetry.lines).filter(({ event }) => event === 'station.refused');
    expect(lines).toContainEqual(expect.objectContaining({ reason: 'wrong-password', station: 'EXT-001', gatewayId: 'gw-1' }));
    expect(JSON.stringify(lines)).not.toContain('not-the-password');
  });

  it('without the tenant in its path is found while its identity is unique in the installation', async () => {
    const other = await csms.site('other');
    const alone = await csms.station(other, 'ALONE');
    const withoutTenant = { gatewayId: 'gw-1', gatewayInstance: 'a', remoteAddress: '192.0.2.1', subprotocols: ['ocpp1.6'] };
    const ask = async (identity: string) => {
      const body = JSON.stringify({ ...withoutTenant, station: identity });
      return JSON.parse((await csms.bus.request('ocpp.admit', body, { timeoutMs: 5_000 })).body) as unknown;
    };
    expect(await ask('alone')).toMatchObject({ outcome: 'accepted', tenant: 'other', stationId: alone.stationId });
    await csms.station(site, 'Alone');
    expect(await ask('ALONE')).toEqual({ outcome: 'refused', reason: 'ambiguous-station' });
    expect(await alone.admit()).toMatchObject({ outcome: 'accepted', tenant: 'other' });
  });

  it('that is rejected, or whose tenant is suspended, is refused; one that waits to be accepted is let in', async () => {
    const rejected = await csms.station(site, 'REJECTED', { registration: 'rejected' });
    expect(await rejected.admit()).toEqual({ outcome: 'refused', reason: 'station-rejected' });
    const pending = await csms.station(site, 'PENDING', { registration: 'pending' });
    expect(await pending.admit()).toMatchObject({ outcome: 'accepted' });
    const late = await csms.station(await csms.site('late-payer', { suspended: true }), 'S-1');
    expect(await late.admit()).toEqual({ outcome: 'refused', reason: 'tenant-suspended' });
  });

  it('of any name is found under that name alone', async () => {
    const names = ['*', '>', 'a.b', 'Säule 1', '50%', "o'hara", '🔌'];
    const stations = await Promise.all(names.map((name) => csms.station(site, name)));
    for (const [i, each] of stations.entries()) {
      expect(await each.admit()).toMatchObject({ outcome: 'accepted', station: names[i], stationId: each.stationId });
      expect(await each.send('Heartbeat', {})).toHaveProperty('currentTime');
    }
  });
});

describe('a storm of reconnects', () => {
  it('of several stations in one message is decided station by station, in their order', async () => {
    const [first, second] = [await csms.station(site, 'SEVERAL-1', { password: PASSWORD }), await csms.station(site, 'SEVERAL-2')];
    const from = { gatewayId: 'gw-1', gatewayInstance: 'a', tenant: 'demo', remoteAddress: '192.0.2.1', subprotocols: ['ocpp1.6'] };
    const requests = ['SEVERAL-2', 'SEVERAL-1', 'nobody', 'SEVERAL-2'].map((identity) => ({ ...from, station: identity }));
    const { body } = await csms.bus.request('ocpp.admit', JSON.stringify({ requests }), { timeoutMs: 5_000 });
    const { replies } = JSON.parse(body) as AdmitReplies;
    expect(replies).toMatchObject([
      { outcome: 'accepted', stationId: second.stationId },
      { outcome: 'refused', reason: 'password-missing' },
      { outcome: 'refused', reason: 'unknown-station' },
      { outcome: 'accepted', stationId: second.stationId },
    ]);
    const epochs = replies.flatMap((reply) => (reply.outcome === 'accepted' ? [reply.epoch] : []));
    expect(new Set(epochs)).toEqual(new Set([1, 2]));
    const report = (stationId: string, epoch: number) => {
      const at = new Date().toISOString();
      const socket = { gatewayId: 'gw-1', gatewayInstance: 'a', at, tenantId: site.tenantId, stationId, epoch };
      return { kind: 'opened' as const, ...socket, remoteAddress: '192.0.2.1', subprotocol: 'ocpp1.6' };
    };
    const { epoch } = (await first.admit(basic(PASSWORD, 'SEVERAL-1'))) as Admitted;
    const sockets = {
      kind: 'sockets',
      gatewayId: 'gw-1',
      gatewayInstance: 'a',
      at: new Date().toISOString(),
      reports: [report(second.stationId, 1), report(first.stationId, epoch), report(second.stationId, 2)],
    };
    const reply = await csms.bus.request('ocpp.presence', JSON.stringify(sockets), { timeoutMs: 5_000 });
    expect(JSON.parse(reply.body)).toEqual({ ok: true });
    const rows = await csms.sql(
      `SELECT identity, open_epoch::int AS epoch FROM charging_station WHERE identity LIKE 'SEVERAL-%' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { identity: 'SEVERAL-1', epoch },
      { identity: 'SEVERAL-2', epoch: 2 },
    ]);
  });

  it('is let in, each station once', async () => {
    const stations = await Promise.all(Array.from({ length: 300 }, (_, n) => csms.station(site, `STORM-${n}`, { connectors: 0 })));
    const replies = await Promise.all(stations.map((each) => each.admit()));
    expect(replies.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(300);
    await Promise.all(stations.map((each) => each.report('opened')));
    const [row] = await csms.sql(`SELECT count(*)::int AS online FROM charging_station WHERE online AND identity LIKE 'STORM-%'`);
    expect(row).toEqual({ online: 300 });
  });
});
