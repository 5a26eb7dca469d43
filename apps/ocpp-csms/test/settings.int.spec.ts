import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StationState } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { StationSettings } from '../src/commands/station-settings.js';
import { answers, FakeSocket, type Behaviour } from './support/fake-gateway.js';
import { RunningCsms, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
const sockets: FakeSocket[] = [];

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_SETTINGS_DELAY_MS: '0' }, 2);
  demo = await csms.tenant('demo');
});
afterAll(() => csms.stop());
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});

const PLAN = [
  ['TransactionMessageAttempts', '100'],
  ['TransactionMessageRetryInterval', '10'],
  ['MeterValueSampleInterval', '60'],
  ['WebSocketPingInterval', '60'],
];

async function online(identity: string, behaviour: Behaviour): Promise<{ station: StationState; socket: FakeSocket }> {
  const station = await csms.station(demo, identity);
  await csms.admin.query('UPDATE charging_station SET connection_epoch = 1, open_epoch = 1, online = true WHERE station_id = $1', [
    station.stationId,
  ]);
  const socket = await FakeSocket.open(csms.bus, demo.slug, identity, 1, behaviour);
  sockets.push(socket);
  return { station, socket };
}

function booted({ stationId }: StationState, replica = 0): void {
  csms.replicas[replica]?.service.app.get(StationSettings).stationBooted({ tenantId: demo.tenantId, stationId });
}

/** Key and status of what a station was brought to, when nothing is due any more. */
function settled(station: StationState): Promise<Record<string, string>> {
  return eventually(
    async () => {
      const { rows } = await csms.admin.query<{ key: string; status: string; due_at: Date | null }>(
        'SELECT key, status, due_at FROM station_setting WHERE station_id = $1',
        [station.stationId],
      );
      const done = rows.length === PLAN.length && rows.every((row) => row.due_at === null);
      return done && Object.fromEntries(rows.map((row) => [row.key, row.status]));
    },
    { timeoutMs: 20_000 },
  );
}

const changes = (socket: FakeSocket) =>
  socket.executed.map(({ payload }) => {
    const { key, value } = payload as { key: string; value: string };
    return [key, value];
  });

describe('after an accepted boot', () => {
  it('a station is brought to its settings, one after the other, and not again at the next boot', async () => {
    const { station, socket } = await online('Fresh', answers({ status: 'Accepted' }));
    booted(station);
    const accepted = Object.fromEntries(PLAN.map(([key]) => [key, 'accepted']));
    expect(await settled(station)).toEqual(accepted);
    expect(changes(socket)).toEqual(PLAN);
    const { station: other, socket: otherSocket } = await online('Other', answers({ status: 'Accepted' }));
    booted(station, 1);
    booted(other, 1);
    await settled(other);
    expect(changes(otherSocket)).toEqual(PLAN);
    expect(changes(socket)).toEqual(PLAN);
  });

  it('both replicas told of it send each setting once', async () => {
    const { station, socket } = await online('Twice', answers({ status: 'Accepted' }));
    booted(station, 0);
    booted(station, 1);
    await settled(station);
    expect(changes(socket)).toEqual(PLAN);
  });

  it('what a station refuses is not asked again; what needs a reboot is done with the next one', async () => {
    const replies: Record<string, string> = {
      TransactionMessageAttempts: 'RebootRequired',
      TransactionMessageRetryInterval: 'Rejected',
      MeterValueSampleInterval: 'NotSupported',
      WebSocketPingInterval: 'Accepted',
    };
    const { station, socket } = await online('Choosy', (command) =>
      answers({ status: replies[(command.payload as { key: string }).key] })(command),
    );
    booted(station);
    expect(await settled(station)).toEqual({
      TransactionMessageAttempts: 'reboot-required',
      TransactionMessageRetryInterval: 'rejected',
      MeterValueSampleInterval: 'not-supported',
      WebSocketPingInterval: 'accepted',
    });
    booted(station);
    await eventually(async () => (await settled(station))['TransactionMessageAttempts'] === 'accepted');
    expect(changes(socket)).toEqual(PLAN);
  });

  it('a station that has gone gets them at its next boot', async () => {
    const station = await csms.station(demo, 'Gone');
    booted(station);
    expect(new Set(Object.values(await settled(station)))).toEqual(new Set(['unanswered']));
    const socket = await FakeSocket.open(csms.bus, demo.slug, 'Gone', 0, answers({ status: 'Accepted' }));
    sockets.push(socket);
    booted(station);
    await eventually(async () => (await settled(station))['WebSocketPingInterval'] === 'accepted');
    expect(changes(socket)).toEqual(PLAN);
  });

  it('a value that is wanted anew is sent anew', async () => {
    const { station, socket } = await online('Changed', answers({ status: 'Accepted' }));
    booted(station);
    await settled(station);
    await csms.admin.query(`UPDATE station_setting SET desired = '3' WHERE station_id = $1 AND key = 'TransactionMessageAttempts'`, [
      station.stationId,
    ]);
    booted(station);
    await eventually(() => changes(socket).length > PLAN.length);
    await settled(station);
    expect(changes(socket)).toEqual([...PLAN, PLAN[0]]);
  });
});
