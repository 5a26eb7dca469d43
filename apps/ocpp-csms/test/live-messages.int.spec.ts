import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LiveSubject, StationPathSubject, WATCH_LASTS_MS, type MessageTelemetry } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { ManualClock } from '@ampline/kernel-time';
import { eventually } from '@ampline/platform-testing';
import { WatchedStations } from '../src/messages/watched-stations.js';
import { answers, FakeSocket } from './support/fake-gateway.js';
import { RunningCsms, type TestTenant } from './support/running-csms.js';
import { StationOnTheWire } from './support/station-on-the-wire.js';

let csms: RunningCsms;
let demo: TestTenant;
let stations = 0;
const heard: { subject: string; message: MessageTelemetry }[] = [];

beforeAll(async () => {
  csms = await RunningCsms.start({}, 2);
  demo = await csms.tenant('demo');
  csms.bus.serve(LiveSubject.allMessages, {}, ({ subject, body }) =>
    Promise.resolve(void heard.push({ subject, message: JSON.parse(body) as MessageTelemetry })),
  );
});
afterAll(() => csms.stop());
afterEach(() => void heard.splice(0));

async function freshStation(): Promise<StationOnTheWire> {
  const identity = `Live.${(stations += 1)}`;
  const { stationId } = await csms.station(demo, identity);
  return new StationOnTheWire(csms.bus, { tenantId: demo.tenantId, tenant: demo.slug, stationId, identity });
}

/** Whichever replica takes a message in has heard of the wish by then. */
async function watch(station: StationOnTheWire): Promise<void> {
  csms.bus.publish(LiveSubject.watchMessages(demo.slug, station.identity), '');
  await csms.bus.flush();
  await eventually(async () => {
    heard.splice(0);
    for (let i = 0; i < 8; i += 1) await station.call('Heartbeat', {});
    return heard.length === 8;
  });
  heard.splice(0);
}

describe('a wish to watch', () => {
  it('holds for 15 s, of the one station that it names', async () => {
    const clock = new ManualClock();
    const watched = new WatchedStations(csms.bus, clock);
    watched.start();
    const odd = 'Säule *.1';
    csms.bus.publish(LiveSubject.watchMessages('demo', odd), '');
    await eventually(() => watched.isWatched('demo', odd));
    clock.advance(WATCH_LASTS_MS - 1);
    expect([watched.isWatched('demo', odd), watched.isWatched('demo', 'Säule'), watched.isWatched('other', odd)]).toEqual([
      true,
      false,
      false,
    ]);
    clock.advance(1);
    expect(watched.isWatched('demo', odd)).toBe(false);
    await watched.stop();
  });
});

describe('messages of a station', () => {
  it('that nobody watches are not told', async () => {
    const [watched, other] = [await freshStation(), await freshStation()];
    await watch(watched);
    await other.call('Heartbeat', {});
    await watched.call('Heartbeat', {});
    await eventually(() => heard.length > 0);
    expect(heard.map(({ message }) => message.stationId)).toEqual([watched.stationId]);
  });

  it('are told as the archive has them: from batches, calls that decide something, and calls that are refused', async () => {
    const station = await freshStation();
    await watch(station);
    await station.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
    await station.meter(undefined, 1_000);
    await station.call('Unheard', { of: true });
    await eventually(() => heard.length >= 3);
    expect(new Set(heard.map(({ subject }) => subject))).toEqual(new Set([LiveSubject.message(demo.slug, station.identity)]));
    const { messages } = await csms
      .as('support', demo.tenantId)
      .stations.listMessages({ stationId: station.stationId, page: { limit: 3 } });
    expect(heard.map(({ message }) => message).sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1))).toEqual(
      messages.map(({ messageUuid, action, messageId, requestFrame, responseFrame, result, deviations }) => ({
        messageUuid,
        stationId: station.stationId,
        receivedAt: expect.any(String),
        direction: 'from-station',
        action,
        messageId,
        requestFrame,
        responseFrame,
        result,
        deviations,
      })),
    );
    expect(heard.map(({ message }) => `${message.action} ${message.result}`).sort()).toEqual([
      'MeterValues ok',
      'StatusNotification ok',
      'Unheard NotImplemented',
    ]);
  });

  it('are told when a gateway answered by itself, and long frames are cut', async () => {
    const station = await freshStation();
    await watch(station);
    const frame = `["${'ä'.repeat(50_000)}`;
    const at = new Date().toISOString();
    const { stationId, identity } = station;
    const report = { tenantId: demo.tenantId, stationId, epoch: 1, at, reason: 'not-json', frame };
    csms.bus.publish(StationPathSubject.oddity(demo.slug, identity), JSON.stringify(report));
    const [told] = await eventually(() => heard.length > 0 && heard);
    expect(told?.message).toMatchObject({ stationId, receivedAt: at, result: 'malformed', responseFrame: '' });
    expect(Buffer.byteLength(told?.message.requestFrame ?? '')).toBe(65_536);
  });

  it('are told of commands, without secrets', async () => {
    const station = await freshStation();
    const { stationId, identity } = station;
    await csms.admin.query('UPDATE charging_station SET connection_epoch = 1, open_epoch = 1, online = true WHERE station_id = $1', [
      stationId,
    ]);
    const socket = await FakeSocket.open(csms.bus, demo.slug, identity, 1, answers({ status: 'Accepted' }));
    await watch(station);
    const value = `secret-${uuidv7()}`.slice(0, 40);
    const payloadJson = JSON.stringify({ key: 'AuthorizationKey', value });
    await csms.as('operator', demo.tenantId).commands.sendCommand({ stationId, action: 'ChangeConfiguration', payloadJson });
    const [told] = await eventually(() => heard.length > 0 && heard);
    expect(told?.message).toMatchObject({ direction: 'to-station', action: 'ChangeConfiguration', result: 'ok', stationId });
    expect(JSON.stringify(told)).not.toContain(value);
    await socket.close();
  });
});
