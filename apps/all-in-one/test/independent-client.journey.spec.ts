import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionStatus } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { RPCClient } from 'ocpp-rpc';
import { services } from '../src/registry.js';
import { furnish, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

/** What the strict client answers to the Core profile's commands. */
const CORE_ANSWERS: Record<string, Record<string, unknown>> = {
  ChangeAvailability: { status: 'Accepted' },
  ChangeConfiguration: { status: 'Accepted' },
  ClearCache: { status: 'Accepted' },
  DataTransfer: { status: 'UnknownVendorId' },
  GetConfiguration: { configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }], unknownKey: ['Nonsense'] },
  RemoteStartTransaction: { status: 'Accepted' },
  RemoteStopTransaction: { status: 'Accepted' },
  Reset: { status: 'Accepted' },
  UnlockConnector: { status: 'Unlocked' },
};

const ACCEPTED = JSON.stringify({ status: 'Accepted' });
const COMMANDS: [string, Record<string, unknown>][] = [
  ['ChangeAvailability', { connectorId: 1, type: 'Operative' }],
  ['ChangeConfiguration', { key: 'HeartbeatInterval', value: '300' }],
  ['ClearCache', {}],
  ['DataTransfer', { vendorId: 'org.example' }],
  ['GetConfiguration', { key: ['HeartbeatInterval', 'Nonsense'] }],
  ['RemoteStartTransaction', { connectorId: 1, idTag: 'DEMO-OK-1' }],
  ['Reset', { type: 'Soft' }],
  ['UnlockConnector', { connectorId: 1 }],
];

describe.each(['all', 'split'] as const)('a client that was written elsewhere, of a platform in the shape %s', (shape) => {
  let platform: Platform;
  let doors: Doors;
  let site: Site;
  let client: RPCClient;
  const received: string[] = [];

  beforeAll(async () => {
    platform = await Platform.start({ shape });
    doors = platform.doors();
    site = await furnish(platform, { stations: 3, prefix: 'EXT' });
    const options = {
      endpoint: platform.ocppUrl(),
      identity: 'EXT-1',
      password: PASSWORD,
      protocols: ['ocpp1.6'],
      strictMode: true,
      reconnect: false,
      callConcurrency: 1,
    };
    // Its types ask for every option, its code has defaults.
    client = new RPCClient(options as ConstructorParameters<typeof RPCClient>[0]);
    for (const [action, answer] of Object.entries(CORE_ANSWERS)) {
      client.handle(action, () => {
        received.push(action);
        return Promise.resolve(answer);
      });
    }
    await client.connect();
  });

  afterAll(async () => {
    await client.close();
    await platform.stop();
  });

  it('boots and keeps in touch', async () => {
    const boot = (await client.call('BootNotification', {
      chargePointVendor: 'Example',
      chargePointModel: 'One',
      chargePointSerialNumber: 'S-1',
      firmwareVersion: '1.2.3',
    })) as Record<string, unknown>;
    expect(boot).toMatchObject({ status: 'Accepted' });
    expect(boot['interval']).toBeGreaterThan(0);
    expect(await client.call('Heartbeat', {})).toEqual({ currentTime: expect.stringMatching(/Z$/) });
    expect(
      await client.call('StatusNotification', {
        connectorId: 1,
        errorCode: 'NoError',
        status: 'Available',
        timestamp: new Date().toISOString(),
      }),
    ).toEqual({});
    expect(await client.call('DiagnosticsStatusNotification', { status: 'Idle' })).toEqual({});
    expect(await client.call('FirmwareStatusNotification', { status: 'Idle' })).toEqual({});
    expect(await client.call('DataTransfer', { vendorId: 'org.example', messageId: 'hello', data: 'x' })).toMatchObject({
      status: 'UnknownVendorId',
    });
    const { station } = await doors.stations.getStation({ identity: 'EXT-1' }, { tenantId: site.tenantId });
    expect(station).toMatchObject({ online: true, vendor: 'Example', model: 'One', serialNumber: 'S-1', firmwareVersion: '1.2.3' });
  });

  it('charges, with every kind of meter value, and the session is on record', async () => {
    expect(await client.call('Authorize', { idTag: 'demo-ok-1' })).toMatchObject({ idTagInfo: { status: 'Accepted' } });
    const begin = new Date(Date.now() - 120_000);
    const at = (s: number) => new Date(begin.getTime() + s * 1_000).toISOString();
    const started = (await client.call('StartTransaction', {
      connectorId: 1,
      idTag: 'DEMO-OK-1',
      meterStart: 1_000,
      timestamp: at(0),
    })) as { transactionId: number };
    expect(started.transactionId).toBeGreaterThan(0);
    const { transactionId } = started;
    const sampled = [
      {
        value: '1500',
        context: 'Sample.Periodic',
        measurand: 'Energy.Active.Import.Register',
        unit: 'Wh',
        location: 'Outlet',
        format: 'Raw',
      },
      { value: '11000', measurand: 'Power.Active.Import', unit: 'W' },
      ...['L1', 'L2', 'L3'].map((phase) => ({ value: '16.1', measurand: 'Current.Import', unit: 'A', phase })),
      ...['L1-N', 'L2-N', 'L3-N'].map((phase) => ({ value: '230.4', measurand: 'Voltage', unit: 'V', phase })),
      { value: '42', measurand: 'SoC', unit: 'Percent', location: 'EV' },
      { value: '31.5', measurand: 'Temperature', unit: 'Celsius', location: 'Body' },
      { value: '50.01', measurand: 'Frequency' },
    ];
    expect(
      await client.call('MeterValues', { connectorId: 1, transactionId, meterValue: [{ timestamp: at(60), sampledValue: sampled }] }),
    ).toEqual({});
    expect(
      await client.call('MeterValues', {
        connectorId: 0,
        meterValue: [{ timestamp: at(60), sampledValue: [{ value: '7.5', context: 'Sample.Clock', unit: 'kWh', location: 'Inlet' }] }],
      }),
    ).toEqual({});
    const stop = {
      transactionId,
      idTag: 'DEMO-OK-1',
      meterStop: 2_234,
      timestamp: at(119),
      reason: 'Local',
      transactionData: [
        { timestamp: at(0), sampledValue: [{ value: '1000', context: 'Transaction.Begin' }] },
        { timestamp: at(119), sampledValue: [{ value: '2234', context: 'Transaction.End' }] },
      ],
    };
    expect(await client.call('StopTransaction', stop)).toMatchObject({ idTagInfo: { status: 'Accepted' } });
    const record = await eventually(async () => {
      const { records } = await doors.sessions.listSessions({ filter: { stationIdentity: 'EXT-1' } }, { tenantId: site.tenantId });
      return records.find(({ session }) => session?.status === SessionStatus.COMPLETED)?.session;
    });
    expect(record).toMatchObject({
      energyWh: 1_234n,
      meterStartWh: 1_000n,
      meterLastWh: 2_234n,
      socPercent: 42,
      doubts: [],
      ocppTransactionId: String(transactionId),
    });
    expect(record.authorization).toMatchObject({ idToken: 'DEMO-OK-1', decision: 'Accepted' });
    const { meterValues } = await doors.stations.listMeterValues({ sessionId: record.sessionId }, { tenantId: site.tenantId });
    // In the order in which they arrived: the begin came with the stop.
    expect(meterValues.map((value) => value.registerWh)).toEqual([1_500n, 1_000n, 2_234n]);
    expect(JSON.parse(meterValues[0]?.samplesJson ?? '[]')).toHaveLength(sampled.length);
  });

  it.each(COMMANDS)('carries out %s', async (action, payload) => {
    const { command } = await doors.commands.sendCommand(
      { stationId: site.stations[0]?.stationId ?? '', action, payloadJson: JSON.stringify(payload) },
      { tenantId: site.tenantId },
    );
    expect(JSON.parse(command?.responseJson ?? 'null')).toEqual(CORE_ANSWERS[action]);
    expect(received).toContain(action);
  });

  it('starts and stops a session on request', async () => {
    const as = { tenantId: site.tenantId };
    const start = { stationId: site.stations[0]?.stationId ?? '', evseNumber: 2, idToken: 'DEMO-OK-1' };
    expect((await doors.commands.requestStart(start, as)).command).toMatchObject({
      action: 'RemoteStartTransaction',
      responseJson: ACCEPTED,
    });
    const started = (await client.call('StartTransaction', {
      connectorId: 2,
      idTag: 'DEMO-OK-1',
      meterStart: 5,
      timestamp: new Date().toISOString(),
    })) as { transactionId: number };
    const session = (status: SessionStatus) =>
      eventually(async () => {
        const { records } = await doors.sessions.listSessions({ filter: { status } }, as);
        return records.find(({ session }) => session?.ocppTransactionId === String(started.transactionId))?.session;
      });
    const { sessionId } = await session(SessionStatus.ACTIVE);
    expect((await doors.commands.requestStop({ sessionId }, as)).command).toMatchObject({
      action: 'RemoteStopTransaction',
      responseJson: ACCEPTED,
    });
    await client.call('StopTransaction', {
      transactionId: started.transactionId,
      meterStop: 10,
      timestamp: new Date().toISOString(),
      reason: 'Remote',
    });
    expect(await session(SessionStatus.COMPLETED)).toMatchObject({ sessionId, energyWh: 5n, stopReason: 'Remote' });
  });

  it('keeps every frame, as it was on the wire', async () => {
    const { messages } = await doors.stations.listMessages(
      { stationId: site.stations[0]?.stationId ?? '', action: 'Authorize' },
      { tenantId: site.tenantId },
    );
    expect(messages).toHaveLength(1);
    expect(JSON.parse(messages[0]?.requestFrame ?? '[]')).toEqual([2, messages[0]?.messageId, 'Authorize', { idTag: 'demo-ok-1' }]);
    expect(JSON.parse(messages[0]?.responseFrame ?? '[]')).toMatchObject([
      3,
      messages[0]?.messageId,
      { idTagInfo: { status: 'Accepted' } },
    ]);
  });

  describe('what is refused at the upgrade', () => {
    it.each([
      ['a wrong password', { identity: 'EXT-2', password: 'wrong-password-1234' }, 401, 'wrong-password'],
      ['no password', { identity: 'EXT-2' }, 401, 'password-missing'],
      ['an unknown station', { identity: 'NOBODY', password: PASSWORD }, 404, 'unknown-station'],
      ['an unknown subprotocol', { identity: 'EXT-2', password: PASSWORD, subprotocols: ['soap'] }, 400, 'unsupported-subprotocol'],
    ])('%s', async (_name, station, status, reason) => {
      await expect(RawStation.connect({ url: platform.ocppUrl(), ...station })).rejects.toMatchObject({ status });
      await eventually(() => platform.logs('ocpp-gateway').includes(reason));
    });

    it('an unknown tenant', async () => {
      await expect(RawStation.connect({ url: platform.ocppUrl('nobody'), identity: 'EXT-2', password: PASSWORD })).rejects.toMatchObject({
        status: 404,
      });
    });

    it('never writes the password or an id token into a log', async () => {
      const station = await RawStation.connect({ url: platform.ocppUrl(), identity: 'EXT-2', password: PASSWORD });
      await station.ask('Authorize', { idTag: 'DEMO-OK-1' });
      await station.close();
      for (const { name } of services) expect(platform.logs(name)).not.toMatch(/ampline-demo-station|wrong-password-1234|DEMO-OK-1/i);
    });

    it('supersedes the first of two connections of a station', async () => {
      const first = await RawStation.connect({ url: platform.ocppUrl(), identity: 'EXT-2', password: PASSWORD });
      const second = await RawStation.connect({ url: platform.ocppUrl(), identity: 'EXT-2', password: PASSWORD });
      await first.closed;
      expect(await second.ask('Heartbeat', {})).toHaveProperty('currentTime');
      await second.close();
    });
  });

  describe('malformed traffic', () => {
    const connect = () => RawStation.connect({ url: platform.ocppUrl(), identity: 'EXT-3', password: PASSWORD });

    it.each([
      ['unknown action', [2, 'a', 'Nonsense', {}], 'NotImplemented'],
      ['an action of the other direction', [2, 'b', 'RemoteStartTransaction', { idTag: 'X' }], 'NotSupported'],
      ['a number for a string', [2, 'c', 'Authorize', { idTag: { a: 1 } }], 'TypeConstraintViolation'],
      ['a missing field', [2, 'd', 'Authorize', {}], 'OccurenceConstraintViolation'],
      ['a field too many', [2, 'e', 'Heartbeat', { extra: true }], 'FormationViolation'],
      ['a text too long', [2, 'f', 'Authorize', { idTag: 'X'.repeat(21) }], 'PropertyConstraintViolation'],
      ['a payload that is a list', [2, 'g', 'Heartbeat', []], 'FormationViolation'],
      ['no payload', [2, 'h', 'Heartbeat', null], 'FormationViolation'],
      [
        'a start without its meter reading',
        [2, 'i', 'StartTransaction', { connectorId: 1, idTag: 'DEMO-OK-1', timestamp: '2026-01-01T00:00:00Z' }],
        'OccurenceConstraintViolation',
      ],
    ])('answers %s with the right error, and the socket lives', async (_name, frame, code) => {
      const station = await connect();
      expect(await station.exchange(JSON.stringify(frame))).toMatchObject([4, frame[1], code, expect.any(String), expect.any(Object)]);
      expect(await station.ask('Heartbeat', {})).toHaveProperty('currentTime');
      await station.close();
    });

    it.each([
      ['text that is no JSON', '[2,"x","Heartbeat",{'],
      ['an object', '{}'],
      ['an empty list', '[]'],
      ['an unknown message type', '[9,"x",{}]'],
      ['an answer that nobody waits for', '[3,"x",{}]'],
      ['an error that nobody waits for', '[4,"x","GenericError","",{}]'],
      ['a number', '42'],
      ['nothing', ''],
    ])('survives %s', async (_name, frame) => {
      const station = await connect();
      station.sendRaw(frame);
      expect(await station.ask('Heartbeat', {})).toHaveProperty('currentTime');
      await station.close();
    });

    it('closes with 1009 on a frame that is too large, and with 1003 on a binary one', async () => {
      const large = await connect();
      large.sendRaw(JSON.stringify([2, 'x', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(2_000_000) }]));
      expect(await large.closed).toMatchObject({ code: 1009 });
      const binary = await connect();
      binary.sendRaw(Buffer.from('[2,"x","Heartbeat",{}]'));
      expect(await binary.closed).toMatchObject({ code: 1003 });
    });
  });
});
