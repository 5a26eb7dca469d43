import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresenceReply } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

let csms: IntakeHarness;
let site: TestSite;
let stations = 0;

beforeAll(async () => {
  csms = await IntakeHarness.start({ replicas: 2, options: { gatewaySilenceS: 1 } });
  site = await csms.site('demo');
});
afterAll(() => csms.stop());

interface Gateway {
  gatewayId: string;
  gatewayInstance: string;
}

const freshStation = async (): Promise<StationOnTheWire> => csms.station(site, `S-${(stations += 1)}`);

async function connected(gateway: Gateway): Promise<StationOnTheWire> {
  const station = await freshStation();
  await station.admit(gateway);
  await station.report('opened', gateway);
  return station;
}

const online = async (station: StationOnTheWire): Promise<{ online: boolean; epoch: number | null }> => {
  const [row] = await csms.sql<{ online: boolean; epoch: number | null }>(
    'SELECT online, open_epoch::int AS epoch FROM charging_station WHERE station_id = $1',
    [station.stationId],
  );
  return row as { online: boolean; epoch: number | null };
};

async function tell(gateway: Gateway, report: object): Promise<PresenceReply> {
  const body = JSON.stringify({ ...gateway, at: new Date().toISOString(), ...report });
  return JSON.parse((await csms.bus.request('ocpp.presence', body, { timeoutMs: 5_000 })).body) as PresenceReply;
}

function checksum(sockets: readonly StationOnTheWire[]): string {
  const words = sockets.map(({ stationId, epoch }) =>
    BigInt(`0x${createHash('sha256').update(`${stationId}:${epoch}`).digest('hex').slice(0, 16)}`),
  );
  return words
    .reduce((sum, word) => sum ^ word, 0n)
    .toString(16)
    .padStart(16, '0');
}

const beat = (gateway: Gateway, sockets: readonly StationOnTheWire[]) =>
  tell(gateway, { kind: 'beat', sockets: sockets.length, checksum: checksum(sockets) });

describe('opening and closing', () => {
  const gateway = { gatewayId: 'gw-a', gatewayInstance: '1' };

  it('set the station online and offline, and are told', async () => {
    const station = await connected(gateway);
    expect(await online(station)).toEqual({ online: true, epoch: 1 });
    await station.report('closed', gateway);
    expect(await online(station)).toEqual({ online: false, epoch: null });
    const facts = await csms.facts(station.stationId);
    expect(facts.map(({ version, payload }) => [version, payload['online'] ?? false])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('reported twice are told once', async () => {
    const station = await connected(gateway);
    await station.report('opened', gateway);
    await station.report('closed', gateway);
    await station.report('closed', gateway);
    expect(await csms.facts(station.stationId)).toHaveLength(2);
  });

  it('of an older epoch change nothing', async () => {
    const station = await connected(gateway);
    await station.admit({ gatewayId: 'gw-b', gatewayInstance: '9' });
    await station.report('opened', { gatewayId: 'gw-b', gatewayInstance: '9' });
    await station.report('closed', { ...gateway, epoch: 1 });
    await station.report('opened', { ...gateway, epoch: 1 });
    expect(await online(station)).toEqual({ online: true, epoch: 2 });
    const [row] = await csms.sql('SELECT gateway_id FROM charging_station WHERE station_id = $1', [station.stationId]);
    expect(row).toEqual({ gateway_id: 'gw-b' });
  });

  it('of an epoch that was never given change nothing', async () => {
    const station = await connected(gateway);
    await station.report('opened', { ...gateway, epoch: 99 });
    expect(await online(station)).toEqual({ online: true, epoch: 1 });
  });
});

describe('a gateway', () => {
  it('that beats keeps its stations; one that falls silent loses them, and they are told', async () => {
    const [alive, silent] = [
      { gatewayId: 'gw-alive', gatewayInstance: '1' },
      { gatewayId: 'gw-silent', gatewayInstance: '1' },
    ];
    const [here, there] = [await connected(alive), await connected(silent)];
    await eventually(async () => {
      expect(await beat(alive, [here])).toEqual({ ok: true });
      return !(await online(there)).online;
    });
    expect((await online(here)).online).toBe(true);
    expect((await csms.facts(there.stationId)).at(-1)?.payload['online'] ?? false).toBe(false);
    expect(await csms.sql('SELECT 1 FROM gateway WHERE gateway_id = $1', ['gw-silent'])).toEqual([]);
  });

  it('that was started anew has lost what its earlier process held', async () => {
    const [before, after] = [
      { gatewayId: 'gw-restarted', gatewayInstance: '1' },
      { gatewayId: 'gw-restarted', gatewayInstance: '2' },
    ];
    const [lost, back] = [await connected(before), await connected(before)];
    await back.admit(after);
    await back.report('opened', after);
    await beat(after, [back]);
    expect((await online(lost)).online).toBe(false);
    expect(await online(back)).toEqual({ online: true, epoch: 2 });
  });

  it('whose picture is another is asked for it, and ours becomes the same', async () => {
    const gateway = { gatewayId: 'gw-resync', gatewayInstance: '1' };
    const [known, gone, unheard] = [await connected(gateway), await connected(gateway), await freshStation()];
    await unheard.admit(gateway);
    const held = [known, unheard];
    expect(await beat(gateway, held)).toEqual({ ok: true });
    expect(await beat(gateway, held)).toEqual({ ok: true, resync: true });
    const sockets = held.map(({ stationId, epoch }) => ({ stationId, epoch }));
    for (const [chunk, socket] of sockets.entries()) await tell(gateway, { kind: 'snapshot', chunk, chunks: 2, sockets: [socket] });
    expect((await online(gone)).online).toBe(false);
    expect(await online(unheard)).toEqual({ online: true, epoch: 1 });
    expect((await csms.facts(known.stationId)).length).toBe(1);
    expect(await beat(gateway, held)).toEqual({ ok: true });
    expect(await csms.sql('SELECT 1 FROM gateway_snapshot_chunk')).toEqual([]);
  });

  it('keeps a station that came after its snapshot was taken', async () => {
    const gateway = { gatewayId: 'gw-snapshot', gatewayInstance: '1' };
    const at = new Date(Date.now() - 5_000).toISOString();
    const station = await connected(gateway);
    await tell(gateway, { kind: 'snapshot', at, chunk: 0, chunks: 1, sockets: [] });
    expect((await online(station)).online).toBe(true);
  });

  it('may say that it stops', async () => {
    expect(await tell({ gatewayId: 'gw-a', gatewayInstance: '1' }, { kind: 'stopping' })).toEqual({ ok: true });
  });
});

describe('a bus that was away', () => {
  it('sets nobody offline: who could not hear cannot tell silence', async () => {
    const gateway = { gatewayId: 'gw-behind-the-bus', gatewayInstance: '1' };
    const station = await connected(gateway);
    await csms.sql(`UPDATE gateway SET last_beat_at = now() + interval '1 second' WHERE gateway_id = $1`, [gateway.gatewayId]);
    const disconnected = Promise.all(csms.replicas.map(({ bus }) => eventually(() => !bus.connected)));
    await csms.nats.kill('SIGKILL');
    await disconnected;
    // Longer than the silence that counts, by the clock that counts: the database's.
    await eventually(
      async () =>
        (await csms.sql(`SELECT 1 FROM gateway WHERE gateway_id = $1 AND last_beat_at < now() - interval '2 seconds'`, [gateway.gatewayId]))
          .length > 0,
    );
    expect((await online(station)).online).toBe(true);
    await csms.nats.restart();
    await eventually(() => csms.bus.connected && csms.replicas.every(({ bus }) => bus.connected));
    expect(await beat(gateway, [station])).toEqual({ ok: true });
    expect(await csms.facts(station.stationId)).toHaveLength(1);
  });
});
