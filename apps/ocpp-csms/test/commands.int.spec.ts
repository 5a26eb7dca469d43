import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome, MessageDirection, RegistrationStatus, StationPathSubject, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { matchesStationPassword } from '../src/stations/station-password.js';
import { answers, FakeSocket, refuses, type Behaviour } from './support/fake-gateway.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
let operator: Clients;
const sockets: FakeSocket[] = [];

beforeAll(async () => {
  csms = await RunningCsms.start({}, 2);
  demo = await csms.tenant('demo');
  operator = csms.as('operator', demo.tenantId);
});
afterAll(() => csms.stop());
afterEach(async () => {
  const open = sockets.splice(0);
  await Promise.all(open.map((socket) => socket.close()));
  expect(open.flatMap((socket) => socket.complaints)).toEqual([]);
});

/** What the intake writes when a socket is admitted and has been reported open. */
async function connected(station: StationState, epoch: number, o: { reported?: boolean } = {}): Promise<void> {
  const set = o.reported === false ? 'opening_since = clock_timestamp()' : 'open_epoch = $2, online = true, opening_since = NULL';
  await csms.admin.query(`UPDATE charging_station SET connection_epoch = $2, ${set} WHERE station_id = $1`, [station.stationId, epoch]);
}

async function open(station: StationState, epoch: number, behaviour: Behaviour): Promise<FakeSocket> {
  const socket = await FakeSocket.open(csms.bus, demo.slug, station.identity, epoch, behaviour);
  sockets.push(socket);
  return socket;
}

async function online(identity: string, behaviour: Behaviour, evses = 1): Promise<{ station: StationState; socket: FakeSocket }> {
  const station = await csms.station(demo, identity, { evses });
  await connected(station, 1);
  return { station, socket: await open(station, 1, behaviour) };
}

const send = (station: StationState, action: string, payload: object = {}, o: { timeoutMs?: number; idempotencyKey?: string } = {}) =>
  operator.commands
    .sendCommand({ stationId: station.stationId, action, payloadJson: JSON.stringify(payload), ...o }, { timeoutMs: 20_000 })
    .then(({ command }) => command);

describe('a command', () => {
  it('is carried out, and its outcome and both frames are kept', async () => {
    const { station, socket } = await online('Answers', answers({ status: 'Accepted' }));
    const command = await send(station, 'Reset', { type: 'Soft' });
    expect(command).toMatchObject({
      stationId: station.stationId,
      action: 'Reset',
      outcome: CommandOutcome.ANSWERED,
      payloadJson: '{"type":"Soft"}',
      responseJson: '{"status":"Accepted"}',
      requestedBy: 'some-operator',
      stationIdentity: 'Answers',
    });
    const commandId = command?.commandId ?? '';
    expect(socket.executed).toMatchObject([{ commandId, epoch: 1, action: 'Reset', payload: { type: 'Soft' } }]);
    expect((await operator.commands.getCommand({ commandId })).command).toEqual(command);
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId });
    const messageId = commandId.slice(-12);
    expect(messages).toMatchObject([
      {
        messageUuid: commandId,
        direction: MessageDirection.TO_STATION,
        action: 'Reset',
        messageId,
        requestFrame: JSON.stringify([2, messageId, 'Reset', { type: 'Soft' }]),
        responseFrame: JSON.stringify([3, messageId, { status: 'Accepted' }]),
        result: 'ok',
        connectionEpoch: 1n,
      },
    ]);
  });

  it('that the station refuses with a CALLERROR says so', async () => {
    const { station } = await online('Refuses', refuses('NotImplemented', 'no such thing'));
    expect(await send(station, 'ClearCache')).toMatchObject({
      outcome: CommandOutcome.REFUSED_BY_STATION,
      errorCode: 'NotImplemented',
      errorDescription: 'no such thing',
      responseJson: '',
    });
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId, action: 'ClearCache' });
    expect(messages).toMatchObject([{ result: 'NotImplemented' }]);
  });

  it('to a station without a socket ends at once, by what the bus says and not by waiting', async () => {
    const station = await csms.station(demo, 'Offline');
    const lines = () => csms.replicas.flatMap(({ telemetry }) => telemetry.lines).filter((line) => line['stationId'] === station.stationId);
    expect(await send(station, 'ClearCache', {}, { timeoutMs: 600_000 })).toMatchObject({ outcome: CommandOutcome.STATION_OFFLINE });
    expect((await operator.stations.listMessages({ stationId: station.stationId })).messages).toEqual([]);
    await eventually(() => lines().length > 0);
    expect(lines()).toMatchObject([{ event: 'command.completed', action: 'ClearCache', outcome: 'station-offline' }]);
  });

  it('that the station does not answer may or may not have been carried out', async () => {
    const requestFrame = '[2,"m1","ClearCache",{}]';
    const { station } = await online('Silent', () => ({ outcome: 'timeout', messageId: 'm1', requestFrame }));
    expect(await send(station, 'ClearCache')).toMatchObject({ outcome: CommandOutcome.TIMEOUT });
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId });
    expect(messages).toMatchObject([{ messageId: 'm1', requestFrame, responseFrame: '', result: 'timeout' }]);
  });

  it('that the gateway does not answer either is given up shortly after its deadline', async () => {
    const { station } = await online('Lost', () => new Promise(() => undefined));
    const command = await send(station, 'ClearCache', {}, { timeoutMs: 100 });
    expect(command).toMatchObject({ outcome: CommandOutcome.TIMEOUT });
    // The socket would wait for its station for ever: it is not drained.
    sockets.length = 0;
  });

  it('that did not fit into the queue was not sent', async () => {
    const { station } = await online('Full', () => ({ outcome: 'not-sent', reason: 'queue-full' }));
    expect(await send(station, 'ClearCache')).toMatchObject({ outcome: CommandOutcome.NOT_SENT, errorCode: 'queue-full' });
  });

  it('whose answer does not conform is kept as it came', async () => {
    const { station } = await online('Odd', answers({ status: 'Perhaps\u0000' }));
    expect(await send(station, 'ClearCache')).toMatchObject({
      outcome: CommandOutcome.ANSWERED,
      responseJson: JSON.stringify({ status: 'Perhaps\uFFFD' }),
    });
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId });
    expect(messages[0]?.result).not.toBe('timeout');
    expect(messages[0]?.responseFrame).toContain('Perhaps\\u0000');
  });

  it('is refused when nobody should send it', async () => {
    const { station, socket } = await online('Unfit', answers({ status: 'Accepted' }));
    const sent = (action: string, payload: object = {}, stationId = station.stationId) =>
      codeOf(operator.commands.sendCommand({ stationId, action, payloadJson: JSON.stringify(payload) }));
    expect(await sent('Reboot')).toBe('csms.action-unknown');
    expect(await sent('Heartbeat')).toBe('csms.action-unknown');
    expect(await sent('Reset', { type: 'Warm' })).toBe('csms.payload-invalid');
    expect(await sent('ClearCache', {}, uuidv7())).toBe('csms.station-unknown');
    expect(await sent('ClearCache', {}, 'Unfit')).toBe('csms.invalid-field');
    const { stations, commands } = operator;
    await stations.setRegistration({ stationId: station.stationId, registration: RegistrationStatus.PENDING });
    expect(await sent('RemoteStartTransaction', { idTag: 'A' })).toBe('csms.station-pending');
    expect(await codeOf(commands.requestStart({ stationId: station.stationId, idToken: 'A' }))).toBe('csms.station-pending');
    expect(await sent('ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' })).toBe('answered');
    await stations.setRegistration({ stationId: station.stationId, registration: RegistrationStatus.REJECTED });
    expect(await sent('ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' })).toBe('csms.station-rejected');
    expect(socket.executed.map(({ action }) => action)).toEqual(['ChangeConfiguration']);
  });

  it('is found in the list of the station, newest first, page by page', async () => {
    const { station } = await online('Listed', answers({ status: 'Accepted' }));
    const actions = ['ClearCache', 'Reset', 'ClearCache', 'Reset', 'ClearCache'];
    for (const action of actions) await send(station, action, action === 'Reset' ? { type: 'Hard' } : {});
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await operator.commands.listCommands({ stationId: station.stationId, page: { limit: 2, cursor } });
      seen.push(...answer.commands.map(({ action }) => action));
      cursor = answer.page?.nextCursor ?? '';
      if (cursor === '') break;
    }
    expect(seen).toEqual(actions.toReversed());
    const another = await csms.station(demo, 'Listed-too');
    await send(another, 'ClearCache');
    const { commands } = await operator.commands.listCommands({ page: { limit: 2 } });
    expect(commands.map(({ stationIdentity, action }) => `${stationIdentity} ${action}`)).toEqual([
      'Listed-too ClearCache',
      'Listed ClearCache',
    ]);
    expect(await codeOf(operator.commands.getCommand({ commandId: uuidv7() }))).toBe('csms.command-unknown');
  });
});

describe('an idempotency key', () => {
  it('raced over two replicas sends one command, and everybody gets its outcome', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { station, socket } = await online('Raced', async (command) => {
      await gate;
      return answers({ status: 'Accepted' })(command);
    });
    const request = { stationId: station.stationId, action: 'Reset', payloadJson: '{"type":"Soft"}', idempotencyKey: 'reset-1' };
    const askers = Array.from({ length: 8 }, (_, i) => csms.as('operator', demo.tenantId, i % 2));
    const answered = askers.map(({ commands }) => commands.sendCommand(request, { timeoutMs: 20_000 }));
    await eventually(() => socket.executed.length > 0);
    release();
    const commands = (await Promise.all(answered)).map(({ command }) => command);
    expect(new Set(commands.map((command) => command?.commandId)).size).toBe(1);
    expect(commands.map((command) => command?.outcome)).toEqual(commands.map(() => CommandOutcome.ANSWERED));
    expect(socket.executed.length).toBe(1);
    expect(await send(station, 'Reset', { type: 'Soft' }, { idempotencyKey: 'reset-1' })).toEqual(commands[0]);
    expect(socket.executed.length).toBe(1);
  });

  it('belongs to one command', async () => {
    const { station } = await online('Key', answers({ status: 'Accepted' }));
    const other = await csms.station(demo, 'OtherKey');
    await send(station, 'Reset', { type: 'Soft' }, { idempotencyKey: 'once' });
    const again = (stationId: string, action: string, payload: object) =>
      codeOf(operator.commands.sendCommand({ stationId, action, payloadJson: JSON.stringify(payload), idempotencyKey: 'once' }));
    expect(await again(station.stationId, 'Reset', { type: 'Hard' })).toBe('csms.idempotency-key-reused');
    expect(await again(station.stationId, 'ClearCache', {})).toBe('csms.idempotency-key-reused');
    expect(await again(other.stationId, 'Reset', { type: 'Soft' })).toBe('csms.idempotency-key-reused');
    expect(await again(station.stationId, 'Reset', { type: 'Soft' })).toBe('answered');
  });
});

describe('during a take-over', () => {
  it('both sockets hear the command, and the named one carries it out', async () => {
    const station = await csms.station(demo, 'TakeOver1');
    await connected(station, 7);
    const slow: Behaviour = async (command) => {
      await eventually(() => command.epoch === 7);
      return answers({ status: 'Accepted' })(command);
    };
    const older = await open(station, 6, answers({ status: 'Rejected' }));
    const newer = await open(station, 7, slow);
    expect(await send(station, 'ClearCache')).toMatchObject({ outcome: CommandOutcome.ANSWERED, responseJson: '{"status":"Accepted"}' });
    expect([older.executed.length, newer.executed.length]).toEqual([0, 1]);
  });

  it('a command to the socket that has just gone is sent to the newer one, once', async () => {
    const station = await csms.station(demo, 'TakeOver2');
    await connected(station, 7);
    await connected(station, 8, { reported: false });
    const newer = await open(station, 8, answers({ status: 'Accepted' }));
    const command = send(station, 'ClearCache');
    // The report that the newer socket is open comes after the command was addressed to the older.
    await eventually(async () => (await csms.admin.query(`SELECT FROM command WHERE outcome = 'pending'`)).rowCount === 1);
    await connected(station, 8);
    expect(await command).toMatchObject({ outcome: CommandOutcome.ANSWERED });
    expect(newer.executed).toMatchObject([{ epoch: 8 }]);
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId });
    expect(messages).toMatchObject([{ connectionEpoch: 8n }]);
  });

  it('to a station that is being connected waits until its socket listens', async () => {
    const station = await csms.station(demo, 'Entering');
    await connected(station, 1, { reported: false });
    const command = send(station, 'ClearCache');
    await eventually(async () => {
      const { rows } = await csms.admin.query('SELECT 1 FROM command WHERE station_id = $1', [station.stationId]);
      return rows.length === 1;
    });
    const socket = await open(station, 1, answers({ status: 'Accepted' }));
    await connected(station, 1);
    expect(await command).toMatchObject({ outcome: CommandOutcome.ANSWERED });
    expect(socket.executed).toHaveLength(1);
  });

  it('a command that the closing socket has not sent is sent to the newer one, once', async () => {
    const station = await csms.station(demo, 'TakeOver3');
    await connected(station, 3);
    const older = await open(station, 3, async () => {
      await connected(station, 4);
      return { outcome: 'not-sent', reason: 'closed' };
    });
    const newer = await open(station, 4, answers({ status: 'Accepted' }));
    expect(await send(station, 'ClearCache')).toMatchObject({ outcome: CommandOutcome.ANSWERED });
    expect(newer.executed).toMatchObject([{ commandId: older.executed[0]?.commandId, epoch: 4 }]);
  });

  it('a command that the closing socket has sent is not sent again', async () => {
    const station = await csms.station(demo, 'TakeOver4');
    await connected(station, 3);
    await open(station, 3, async () => {
      await connected(station, 4);
      return { outcome: 'timeout', messageId: 'm1', requestFrame: '[2,"m1","ClearCache",{}]' };
    });
    const newer = await open(station, 4, answers({ status: 'Accepted' }));
    expect(await send(station, 'ClearCache')).toMatchObject({ outcome: CommandOutcome.TIMEOUT });
    expect(newer.executed).toEqual([]);
  });
});

describe('starting and stopping', () => {
  it('a start names the EVSE as connector, and Accepted is not started', async () => {
    const { station, socket } = await online('Start', answers({ status: 'Accepted' }), 2);
    const { stationId } = station;
    const { command } = await operator.commands.requestStart({ stationId, evseNumber: 2, idToken: 'DEMO-OK-1' });
    expect(command).toMatchObject({ action: 'RemoteStartTransaction', outcome: CommandOutcome.ANSWERED });
    await operator.commands.requestStart({ stationId, idToken: 'DEMO-OK-1' });
    expect(socket.executed.map(({ payload }) => payload)).toEqual([{ idTag: 'DEMO-OK-1', connectorId: 2 }, { idTag: 'DEMO-OK-1' }]);
    expect(await codeOf(operator.commands.requestStart({ stationId, evseNumber: 3, idToken: 'A' }))).toBe('csms.evse-unknown');
    expect(await codeOf(operator.commands.requestStart({ stationId, idToken: 'x'.repeat(21) }))).toBe('csms.invalid-field');
    expect(await codeOf(operator.commands.requestStart({ stationId: uuidv7(), evseNumber: 1, idToken: 'A' }))).toBe('csms.station-unknown');
    expect(Number((await csms.admin.query('SELECT FROM ocpp_transaction WHERE station_id = $1', [stationId])).rowCount)).toBe(0);
  });

  it('a stop names the session, which must be running', async () => {
    const { station, socket } = await online('Stop', answers({ status: 'Accepted' }));
    const { sessionId, ocppId } = await session(demo.tenantId, station);
    const { command } = await operator.commands.requestStop({ sessionId, idempotencyKey: 'stop-1' });
    expect(command).toMatchObject({ action: 'RemoteStopTransaction', payloadJson: JSON.stringify({ transactionId: ocppId }) });
    expect(socket.executed.length).toBe(1);
    await csms.admin.query(`UPDATE ocpp_transaction SET state = 'ended' WHERE transaction_id = $1`, [sessionId]);
    expect(await codeOf(operator.commands.requestStop({ sessionId }))).toBe('csms.session-not-active');
    expect(await codeOf(operator.commands.requestStop({ sessionId: uuidv7() }))).toBe('csms.session-unknown');
  });
});

describe('what an answer changes', () => {
  const operative = async (station: StationState) =>
    (await operator.stations.getStation({ stationId: station.stationId })).station?.evses.map((evse) => evse.connectors[0]?.operative);

  it('ChangeAvailability accepted: the connectors, told as a fact', async () => {
    const { station } = await online('Availability', answers({ status: 'Accepted' }), 2);
    await send(station, 'ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
    expect(await operative(station)).toEqual([true, false]);
    await send(station, 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    expect(await operative(station)).toEqual([false, false]);
    await send(station, 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
    expect(await operative(station)).toEqual([true, false]);
    expect((await csms.facts(station.stationId)).map((fact) => fact.version)).toEqual(['1', '2', '3', '4']);
  });

  it('ChangeAvailability scheduled: nothing yet; rejected: nothing', async () => {
    const { station, socket } = await online('Scheduled', answers({ status: 'Scheduled' }));
    await send(station, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    expect(await operative(station)).toEqual([true]);
    const { rows } = await csms.admin.query('SELECT operative_scheduled FROM connector WHERE station_id = $1', [station.stationId]);
    expect(rows).toEqual([{ operative_scheduled: false }]);
    await socket.close();
    await open(station, 1, answers({ status: 'Rejected' }));
    await send(station, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    expect(await operative(station)).toEqual([true]);
  });

  it('a new AuthorizationKey: the password, which is nowhere to be read', async () => {
    const { station, socket } = await online('NewKey', answers({ status: 'Accepted' }));
    const value = '41427544206d6f7265207468616e203136206279';
    const revoked: string[] = [];
    csms.bus.serve(StationPathSubject.revoke('demo', 'NewKey'), {}, (message) => Promise.resolve(void revoked.push(message.body)));
    await csms.bus.flush();
    const command = await send(station, 'ChangeConfiguration', { key: 'AuthorizationKey', value });
    expect(socket.executed[0]?.payload).toEqual({ key: 'AuthorizationKey', value });
    expect(command?.payloadJson).not.toContain(value);
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId });
    expect(messages[0]?.requestFrame).toMatch(/"AuthorizationKey"/);
    expect(JSON.stringify(messages.map(({ requestFrame, responseFrame }) => [requestFrame, responseFrame]))).not.toContain(value);
    const { rows } = await csms.admin.query<{ password_hash: string }>('SELECT password_hash FROM charging_station WHERE station_id = $1', [
      station.stationId,
    ]);
    expect(matchesStationPassword(rows[0]?.password_hash ?? '', value)).toBe(true);
    await eventually(() => revoked.length > 0);
    expect(revoked).toEqual(['{"disconnect":false}']);
    expect(JSON.stringify(csms.replicas.flatMap(({ telemetry }) => telemetry.lines))).not.toContain(value);
  });
});

/** A running session, as the intake writes it. */
async function session(tenantId: string, station: StationState): Promise<{ sessionId: string; ocppId: number }> {
  const sessionId = uuidv7();
  const { rows } = await csms.admin.query<{ ocpp_id: number }>(
    `INSERT INTO ocpp_transaction (transaction_id, tenant_id, station_id, connector_number, ocpp_id, start_key, id_token, decision, state,
       started_at, started_clock, started_received_at, meter_start_wh, meter_last_wh, place, told_at)
     VALUES ($1, $2, $3, 1, nextval('ocpp_transaction_number'), '\\x00', 'A', 'Accepted', 'active', now(), 'plausible', now(), 0, 0, '{}', now())
     RETURNING ocpp_id`,
    [sessionId, tenantId, station.stationId],
  );
  return { sessionId, ocppId: rows[0]?.ocpp_id ?? 0 };
}
