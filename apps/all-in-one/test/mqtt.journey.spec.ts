import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome, SessionStatus } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { connectAsync } from 'mqtt';
import { MqttConnection } from './support/mqtt-client.js';
import { furnish, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

/** What a station does, whatever carries its frames. */
interface Speaker {
  ask(action: string, payload: unknown, messageId?: string): Promise<Record<string, unknown>>;
  commands: readonly { action: string }[];
}

describe('a platform with stations on MQTT', () => {
  let platform: Platform;
  let doors: Doors;
  let site: Site;
  let as: { tenantId: string };
  const connections: MqttConnection[] = [];
  const stationId = (n: number) => site.stations[n - 1]?.stationId ?? '';
  const online = async (n: number) => (await doors.stations.getStation({ stationId: stationId(n) }, as)).station?.online;

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    doors = platform.doors();
    site = await furnish(platform, { stations: 6 });
    as = { tenantId: site.tenantId };
  });

  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await platform.stop();
  });

  async function user(name: string, stations: readonly number[]) {
    const made = await doors.routing.createMqttUser({ name, stationIds: stations.map(stationId) }, as);
    const username = made.mqttUser?.username ?? '';
    return { username, password: made.password, id: made.mqttUser?.mqttUserId ?? '' };
  }

  async function connected({ username, password }: { username: string; password: string }): Promise<MqttConnection> {
    const connection = await MqttConnection.connect(platform.mqttUrl, username, password);
    connections.push(connection);
    return connection;
  }

  it('does not listen for MQTT before somebody may come in', async () => {
    await expect(connectAsync(platform.mqttUrl, { reconnectPeriod: 0 }, false)).rejects.toThrow(/ECONNREFUSED/);
  });

  /** Boot, start, values, stop, a command: the same of every station. */
  async function journey(n: number, station: Speaker): Promise<Record<string, unknown>> {
    const id = stationId(n);
    const boot = await station.ask('BootNotification', { chargePointVendor: 'Example', chargePointModel: 'One' });
    await eventually(() => online(n));
    await station.ask('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    const authorized = await station.ask('Authorize', { idTag: 'DEMO-OK-1' });
    const begun = { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 1_000, timestamp: new Date(Date.now() - 3_600_000).toISOString() };
    const started = await station.ask('StartTransaction', begun, `start-${n}`);
    const transactionId = Number(started['transactionId']);
    const value = { timestamp: new Date().toISOString(), sampledValue: [{ value: '1500' }] };
    await station.ask('MeterValues', { connectorId: 1, transactionId, meterValue: [value] });
    const reset = await doors.commands.sendCommand({ stationId: id, action: 'Reset', payloadJson: '{"type":"Soft"}' }, as);
    await station.ask('StopTransaction', { transactionId, meterStop: 2_234, timestamp: new Date().toISOString(), reason: 'Local' });
    const session = await eventually(async () => {
      const { records } = await doors.sessions.listSessions({ filter: { status: SessionStatus.COMPLETED, stationId: id } }, as);
      return records[0]?.session;
    });
    expect(reset.command?.outcome).toBe(CommandOutcome.ANSWERED);
    expect(station.commands.map(({ action }) => action)).toContain('Reset');
    const { messages } = await doors.stations.listMessages({ stationId: id }, as);
    return {
      boot: boot['status'],
      authorized,
      started: started['idTagInfo'],
      energyWh: session.energyWh,
      meters: [session.meterStartWh, session.meterLastWh],
      doubts: session.doubts,
      stopReason: session.stopReason,
      archived: messages
        .map(({ action, result }) => `${action} ${result}`)
        .filter((line) => !/Configuration/.test(line))
        .sort(),
    };
  }

  it('tells the same story over MQTT as over WebSocket, with one user per station or one for several', async () => {
    const socket = await RawStation.connect({ url: platform.ocppUrl(), identity: 'ST-4', password: PASSWORD });
    const alone = await connected(await user('ST-1', [1]));
    // As a gateway between several stations and the platform does it: one connection, a topic for each.
    const gateway = await connected(await user('gateway-1', [2, 3]));
    const speakers: [number, Speaker][] = [
      [4, socket],
      [1, await alone.station('ocpp/demo/ST-1')],
      [2, await gateway.station('ocpp/demo/ST-2', undefined, 0)],
      [3, await gateway.station('ocpp/demo/ST-3')],
    ];
    const [first, ...others] = await Promise.all(speakers.map(([n, speaker]) => journey(n, speaker)));
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ boot: 'Accepted', energyWh: 1_234n, doubts: [] });
    const { stations } = await doors.stations.listStations({}, as);
    expect(stations.map(({ transport }) => transport)).toEqual(['mqtt', 'mqtt', 'mqtt', 'websocket', '', '']);
    await socket.close();
  });

  it('answers a call that is delivered twice twice the same, and takes it in once', async () => {
    const station = await (await connected(await user('ST-5', [5]))).station('ocpp/demo/ST-5');
    await station.ask('BootNotification', { chargePointVendor: 'Example', chargePointModel: 'One' });
    const frame = JSON.stringify([
      2,
      'twice',
      'StartTransaction',
      { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 0, timestamp: new Date().toISOString() },
    ]);
    await Promise.all([station.sendRaw(frame), station.sendRaw(frame)]);
    const answers = () => station.received.filter((text) => text.startsWith('[3,"twice"'));
    await eventually(() => answers().length > 0);
    await station.sendRaw(frame);
    await eventually(() => answers().length > 1);
    expect(new Set(answers()).size).toBe(1);
    expect(await platform.sql('SELECT 1 FROM csms.ocpp_transaction WHERE station_id = $1', [stationId(5)])).toHaveLength(1);
    const { messages } = await doors.stations.listMessages({ stationId: stationId(5), action: 'StartTransaction' }, as);
    expect(messages).toHaveLength(1);
  });

  it('holds a station until it says that it is gone, and knows then that it is offline', async () => {
    const station = await (await connected(await user('ST-6', [6]))).station('ocpp/demo/ST-6');
    await station.ask('Heartbeat', {});
    await eventually(() => online(6));
    await station.say('offline');
    await eventually(async () => (await online(6)) === false);
    const { command } = await doors.commands.sendCommand({ stationId: stationId(6), action: 'ClearCache', payloadJson: '{}' }, as);
    expect(command?.outcome).toBe(CommandOutcome.STATION_OFFLINE);
    await station.ask('Heartbeat', {});
    await eventually(() => online(6));
  });

  it('lets nobody at topics of others, at facts, or at everything', async () => {
    const { username, password } = await user('curious', []);
    const { client } = await connected({ username, password });
    const topics = [
      '#',
      '+/#',
      'ocpp/#',
      'ocpp/demo/ST-1/out',
      'ocpp/demo/ST-1/in',
      'fact/#',
      '$MQTT/sub/#',
      '$SYS/#',
      '$JS/#',
      'telemetry/#',
    ];
    for (const topic of topics) {
      for (const qos of [0, 1] as const) await expect(client.subscribeAsync(topic, { qos })).rejects.toThrow();
    }
    const before = await platform.sql<{ n: string }>('SELECT count(*) AS n FROM csms.ocpp_message');
    const heartbeat = JSON.stringify([2, 'x', 'Heartbeat', {}]);
    // The server drops what may not be published; a message of QoS 1 it does not even acknowledge.
    for (const topic of ['ocpp/demo/ST-2/in', 'ocpp/demo/ST-2/status', 'mqtt/ocpp/demo/ST-2/in', 'fact/csms/session/ended/v1/demo/x']) {
      await client.publishAsync(topic, topic.endsWith('status') ? 'offline' : heartbeat, { qos: 0 });
    }
    const own = await connected(await user('own', []));
    await own.close();
    expect(await platform.sql('SELECT count(*) AS n FROM csms.ocpp_message')).toEqual(before);
    expect(await online(2)).toBe(true);
  });

  it('lets nobody in by a password that was replaced, nor by another door', async () => {
    const { username, password, id } = await user('replaced', []);
    await (await connected({ username, password })).close();
    const next = await doors.routing.rotateMqttPassword({ mqttUserId: id }, as);
    expect(next.password).not.toBe(password);
    await connected({ username, password: next.password });
    await expect(connectAsync(platform.mqttUrl, { username, password, reconnectPeriod: 0 }, false)).rejects.toThrow(/[Nn]ot authorized/);
    await expect(connectAsync(platform.mqttUrl, { reconnectPeriod: 0 }, false)).rejects.toThrow(/[Nn]ot authorized/);
  });
});
