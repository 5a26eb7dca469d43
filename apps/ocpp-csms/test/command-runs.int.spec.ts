import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome, CommandRunState, CommandSkipReason, RegistrationStatus, type CommandRun } from '@ampline/contracts';
import { stopServices } from '@ampline/platform-runner';
import { eventually } from '@ampline/platform-testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { CommandedStations } from './support/commanded-stations.js';
import { answers, refuses, type Behaviour, type FakeSocket } from './support/fake-gateway.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';

const RESET = { action: 'Reset', payloadJson: '{"type":"Soft"}' };
const inAnHour = () => timestampFromDate(new Date(Date.now() + 3_600_000));

let csms: RunningCsms;
let demo: TestTenant;
let operator: Clients;
let stations: CommandedStations;

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_QUEUE_DELAY_MS: '0' }, 2);
  demo = await csms.tenant('demo');
  operator = csms.as('operator', demo.tenantId);
  stations = new CommandedStations(csms, demo);
});
afterAll(() => csms.stop());
afterEach(async () => expect(await stations.close()).toEqual([]));

async function start(search: string, o: { queue?: boolean; concurrency?: number; idempotencyKey?: string } = {}): Promise<CommandRun> {
  const { queue, ...rest } = o;
  const command = { ...RESET, ...(queue && { queueUntil: inAnHour() }) };
  const { run } = await operator.runs.startCommandRun({ selection: { search }, command, ...rest });
  return run as CommandRun;
}

const get = async ({ runId }: CommandRun) => (await operator.runs.getCommandRun({ runId })).run as CommandRun;
const results = async ({ runId }: CommandRun) => (await operator.runs.listCommandRunStations({ runId })).stations;
const ended = (run: CommandRun) => eventually(async () => (await get(run)).state === CommandRunState.ENDED);

describe('a command over many stations', () => {
  it('says first what it would do, then does it, and keeps the result of each station', async () => {
    await stations.online('mix-1', answers({ status: 'Accepted' }));
    await stations.online('mix-2', answers({ status: 'Rejected' }));
    await stations.online('mix-3', refuses('NotSupported', 'no'));
    await stations.offline('mix-4');
    const rejected = await stations.offline('mix-5');
    await operator.stations.setRegistration({ stationId: rejected.stationId, registration: RegistrationStatus.REJECTED });
    const preview = await operator.runs.previewCommandRun({ selection: { search: 'mix-' }, command: RESET });
    expect(preview).toMatchObject({ stations: 5, ready: 3, queued: 0 });
    expect(preview.skipped).toMatchObject([
      { reason: CommandSkipReason.OFFLINE, stations: 1, identities: ['mix-4'] },
      { reason: CommandSkipReason.REJECTED, stations: 1, identities: ['mix-5'] },
    ]);
    const run = await start('mix-');
    expect(run).toMatchObject({ state: CommandRunState.RUNNING, concurrency: 20, counts: { stations: 5, open: 3, skipped: 2 } });
    await ended(run);
    expect((await get(run)).counts).toMatchObject({ stations: 5, open: 0, accepted: 1, refused: 2, skipped: 2, failed: 0 });
    expect((await results(run)).map(({ stationIdentity, skipReason, command }) => [stationIdentity, skipReason, command?.outcome])).toEqual(
      [
        ['mix-1', CommandSkipReason.UNSPECIFIED, CommandOutcome.ANSWERED],
        ['mix-2', CommandSkipReason.UNSPECIFIED, CommandOutcome.ANSWERED],
        ['mix-3', CommandSkipReason.UNSPECIFIED, CommandOutcome.REFUSED_BY_STATION],
        ['mix-4', CommandSkipReason.OFFLINE, undefined],
        ['mix-5', CommandSkipReason.REJECTED, undefined],
      ],
    );
    expect((await operator.runs.listCommandRuns({})).runs[0]).toEqual(await get(run));
  });

  it('queues for stations that are not there, and stopping takes that back', async () => {
    const later = await stations.offline('queue-1');
    await stations.offline('queue-2');
    const run = await start('queue-', { queue: true });
    await ended(run);
    expect((await get(run)).counts).toMatchObject({ queued: 2, open: 0 });
    const socket = await stations.connect(later, answers({ status: 'Accepted' }));
    await eventually(async () => (await get(run)).counts?.accepted === 1);
    expect(socket.executed).toHaveLength(1);
    const { run: stopped } = await operator.runs.stopCommandRun({ runId: run.runId });
    expect(stopped).toMatchObject({ state: CommandRunState.STOPPED, counts: { accepted: 1, queued: 0, failed: 1 } });
    expect(await codeOf(operator.runs.stopCommandRun({ runId: run.runId }))).toBe('csms.command-run-over');
  });

  it('is at so many stations at once as it was told, and is stopped before the next', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow: Behaviour = async (command) => held.then(() => answers({ status: 'Accepted' })(command));
    const sockets: FakeSocket[] = [];
    for (const i of [1, 2, 3, 4, 5]) sockets.push((await stations.online(`slow-${i}`, slow)).socket);
    const run = await start('slow-', { concurrency: 2 });
    const executed = () => sockets.flatMap((socket) => socket.executed).length;
    await eventually(() => executed() === 2);
    await operator.runs.stopCommandRun({ runId: run.runId });
    release();
    await eventually(async () => (await get(run)).counts?.open === 0);
    expect(executed()).toBe(2);
    expect(await get(run)).toMatchObject({ state: CommandRunState.STOPPED, counts: { accepted: 2, skipped: 3 } });
    expect((await results(run)).map(({ skipReason }) => skipReason).filter(Boolean)).toEqual(Array(3).fill(CommandSkipReason.STOPPED));
  });

  it('goes on when a replica stops or dies in the middle, and sends nothing twice', async () => {
    const sockets: FakeSocket[] = [];
    for (let i = 10; i < 22; i++) sockets.push((await stations.online(`restart-${i}`, answers({ status: 'Accepted' }))).socket);
    const run = await start('restart-', { concurrency: 2 });
    await eventually(() => sockets.some((socket) => socket.executed.length > 0));
    await stopServices([csms.replicas[1]].flatMap((replica) => (replica ? [replica.service] : [])));
    csms.replicas.pop();
    // As a replica leaves it that dies after its station has answered, and before it has said so.
    await csms.admin.query(
      `UPDATE command_run_station SET state = 'taken', taken_until = now() - interval '1 s', command_id = NULL
       WHERE station_id = (SELECT station_id FROM command_run_station WHERE run_id = $1 AND state = 'done' LIMIT 1)`,
      [run.runId],
    );
    await csms.admin.query(`UPDATE command_run SET state = 'running' WHERE run_id = $1`, [run.runId]);
    await ended(run);
    expect((await get(run)).counts).toMatchObject({ stations: 12, accepted: 12 });
    expect(sockets.map((socket) => socket.executed.length)).toEqual(Array(12).fill(1));
  });

  it('is started once under a key, for somebody, and without secrets', async () => {
    await stations.offline('key-1');
    const run = await start('key-', { idempotencyKey: 'k1' });
    expect((await start('key-', { idempotencyKey: 'k1' })).runId).toBe(run.runId);
    expect(await codeOf(start('key-1', { idempotencyKey: 'k1' }))).toBe('csms.idempotency-key-reused');
    expect(await codeOf(start('nobody'))).toBe('csms.selection-empty');
    expect(await codeOf(operator.runs.startCommandRun({ command: RESET }))).toBe('csms.invalid-field');
    const secret = { action: 'ChangeConfiguration', payloadJson: '{"key":"AuthorizationKey","value":"a-new-secret-password"}' };
    expect(await codeOf(operator.runs.startCommandRun({ selection: {}, command: secret }))).toBe('csms.secret-not-kept');
    const other = await csms.tenant('other');
    const stranger = csms.as('operator', other.tenantId);
    expect(await codeOf(stranger.runs.getCommandRun({ runId: run.runId }))).toBe('csms.command-run-unknown');
    expect(await codeOf(stranger.runs.stopCommandRun({ runId: run.runId }))).toBe('csms.command-run-unknown');
  });
});

describe('old runs and commands', () => {
  it('are deleted, what still waits is not', async () => {
    await stations.offline('old-1');
    const [gone, waits] = [await start('old-'), await start('old-', { queue: true })];
    await Promise.all([ended(gone), ended(waits)]);
    await csms.admin.query(`UPDATE command SET requested_at = requested_at - interval '401 days'`);
    await csms.admin.query(`UPDATE command_run SET requested_at = requested_at - interval '401 days' WHERE run_id = $1`, [gone.runId]);
    await stopServices(csms.replicas.splice(0).map(({ service }) => service));
    await csms.startReplica();
    operator = csms.as('operator', demo.tenantId);
    await eventually(async () => (await codeOf(get(gone))) === 'csms.command-run-unknown');
    expect((await results(waits))[0]?.command?.outcome).toBe(CommandOutcome.QUEUED);
  });
});
