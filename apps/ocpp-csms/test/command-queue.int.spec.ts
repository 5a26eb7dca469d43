import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome, RegistrationStatus, type Command, type StationState } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { stopServices } from '@ampline/platform-runner';
import { CommandedStations } from './support/commanded-stations.js';
import { answers } from './support/fake-gateway.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let csms: RunningCsms;
let demo: TestTenant;
let operator: Clients;
let stations: CommandedStations;

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_QUEUE_DELAY_MS: '0', OCPP_CSMS_COMMAND_RETENTION_DAYS: '10' }, 2);
  demo = await csms.tenant('demo');
  operator = csms.as('operator', demo.tenantId);
  stations = new CommandedStations(csms, demo);
});
afterAll(() => csms.stop());
afterEach(async () => expect(await stations.close()).toEqual([]));

async function queue({ stationId }: StationState, action: string, payload: object = {}, aheadMs = HOUR_MS): Promise<Command> {
  const queueUntil = timestampFromDate(new Date(Date.now() + aheadMs));
  const { command } = await operator.commands.sendCommand({ stationId, action, payloadJson: JSON.stringify(payload), queueUntil });
  if (!command) throw new Error('no command in the answer');
  return command;
}

async function outcome({ commandId }: Command): Promise<CommandOutcome | undefined> {
  return (await operator.commands.getCommand({ commandId })).command?.outcome;
}

const tell = async ({ commandId }: Command) => (await csms.facts(commandId)).map(({ payload }) => String(payload['outcome']).slice(16));

describe('a command that may wait', () => {
  it('is sent at once to a station that is there', async () => {
    const { station, socket } = await stations.online('There', answers({ status: 'Accepted' }));
    expect(await queue(station, 'ClearCache')).toMatchObject({ outcome: CommandOutcome.ANSWERED });
    expect(socket.executed).toHaveLength(1);
  });

  it('waits for its station, behind those before it, and is sent once', async () => {
    const station = await stations.offline('Later');
    const first = await queue(station, 'Reset', { type: 'Soft' });
    const second = await queue(station, 'ClearCache');
    expect([first.outcome, second.outcome]).toEqual([CommandOutcome.QUEUED, CommandOutcome.QUEUED]);
    expect(first.completedAt).toBeUndefined();
    expect(second.queueUntil).toBeDefined();
    const socket = await stations.connect(station, answers({ status: 'Accepted' }));
    await eventually(async () => (await outcome(second)) === CommandOutcome.ANSWERED);
    expect(socket.executed.map(({ action }) => action)).toEqual(['Reset', 'ClearCache']);
    expect(await tell(first)).toEqual(['QUEUED', 'PENDING', 'ANSWERED']);
    const { messages } = await operator.stations.listMessages({ stationId: station.stationId });
    expect(messages.map(({ messageUuid }) => messageUuid)).toEqual([second.commandId, first.commandId]);
  });

  it('goes back when it reached nobody, and outlives the service', async () => {
    const station = await stations.offline('Gone');
    // Said to be connected, and no gateway holds it.
    await csms.admin.query('UPDATE charging_station SET connection_epoch = 1, open_epoch = 1, online = true WHERE station_id = $1', [
      station.stationId,
    ]);
    const command = await queue(station, 'ClearCache');
    expect(command).toMatchObject({ outcome: CommandOutcome.QUEUED, errorCode: '' });
    await csms.admin.query('UPDATE charging_station SET open_epoch = NULL, online = false WHERE station_id = $1', [station.stationId]);
    const replica = csms.replicas.pop();
    await stopServices(replica ? [replica.service] : []);
    const socket = await stations.connect(station, answers({ status: 'Accepted' }));
    await csms.startReplica();
    await eventually(async () => (await outcome(command)) === CommandOutcome.ANSWERED);
    expect(socket.executed).toHaveLength(1);
  });

  it('waits until a station is accepted', async () => {
    const { station, socket } = await stations.online('NotYet', answers({ status: 'Accepted' }));
    const { stationId } = station;
    await operator.stations.setRegistration({ stationId, registration: RegistrationStatus.PENDING });
    const command = await queue(station, 'RemoteStartTransaction', { idTag: 'A' });
    expect(command.outcome).toBe(CommandOutcome.QUEUED);
    // Behind it, though it could be sent.
    expect((await queue(station, 'ClearCache')).outcome).toBe(CommandOutcome.QUEUED);
    await operator.stations.setRegistration({ stationId, registration: RegistrationStatus.ACCEPTED });
    await eventually(() => socket.executed.length === 2);
    expect(socket.executed.map(({ action }) => action)).toEqual(['RemoteStartTransaction', 'ClearCache']);
  });

  it('is sent to a station that is not accepted yet, where that may be', async () => {
    const { station, socket } = await stations.online('Configured', answers({ status: 'Accepted' }));
    await operator.stations.setRegistration({ stationId: station.stationId, registration: RegistrationStatus.PENDING });
    const setting = { key: 'HeartbeatInterval', value: '60' };
    expect((await queue(station, 'ChangeConfiguration', setting)).outcome).toBe(CommandOutcome.ANSWERED);
    expect(socket.executed).toHaveLength(1);
  });

  it('expires', async () => {
    const command = await queue(await stations.offline('Expires'), 'ClearCache', {}, 300);
    await eventually(async () => (await outcome(command)) === CommandOutcome.EXPIRED);
    expect(await tell(command)).toEqual(['QUEUED', 'EXPIRED']);
  });

  it('can be cancelled while it waits, and not after that', async () => {
    const station = await stations.offline('Cancelled');
    const command = await queue(station, 'ClearCache');
    const cancel = () => operator.commands.cancelCommand({ commandId: command.commandId });
    expect((await cancel()).command).toMatchObject({ outcome: CommandOutcome.CANCELLED });
    expect(await codeOf(cancel())).toBe('csms.command-not-queued');
    expect(await tell(command)).toEqual(['QUEUED', 'CANCELLED']);
    const { rows } = await csms.admin.query<{ action: string }>(
      `SELECT payload::jsonb ->> 'action' AS action FROM outbox WHERE payload::jsonb ->> 'entityId' = $1 ORDER BY created_at, id`,
      [station.stationId],
    );
    const audit = rows.map(({ action }) => action);
    expect(audit.slice(-2)).toEqual(['command.queued', 'command.cancelled']);
  });

  it('holds no secret, and does not wait longer than is allowed', async () => {
    const station = await stations.offline('Refused');
    const password = { key: 'AuthorizationKey', value: 'a-new-secret-password' };
    expect(await codeOf(queue(station, 'ChangeConfiguration', password))).toBe('csms.secret-not-kept');
    expect(await codeOf(queue(station, 'ClearCache', {}, 31 * DAY_MS))).toBe('csms.invalid-field');
    expect(await codeOf(queue(station, 'ClearCache', {}, -1))).toBe('csms.invalid-field');
  });
});

describe('what can be sent', () => {
  it('is 26 actions, each with the schema of its payload', async () => {
    const { commands } = await operator.commands.getCommandCatalogue({});
    expect(commands).toHaveLength(26);
    expect(commands.filter(({ profile }) => profile === 'Security')).toHaveLength(7);
    expect(commands.find(({ action }) => action === 'Reset')).toMatchObject({
      profile: 'Core',
      dangerous: true,
      mayHoldSecret: false,
      schemaJson: '{"properties":{"type":{"type":"string","enum":["Hard","Soft"]}},"required":["type"],"type":"object"}',
    });
  });
});
