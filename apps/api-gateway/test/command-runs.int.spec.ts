import { CommandRunState, CommandSkipReason, RegistrationStatus } from '@ampline/contracts';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { AT, AT_ISO, command, idOf, worldOf } from './support/world.js';

const RUN_ID = '019f0000-0000-7000-8000-0000000000aa';
const COUNTS = { stations: 3, open: 1, queued: 0, accepted: 1, refused: 0, failed: 0, skipped: 1 };
const RUN = {
  runId: RUN_ID,
  action: 'Reset',
  payloadJson: '{"type":"Soft"}',
  state: CommandRunState.RUNNING,
  concurrency: 20,
  requestedBy: idOf('user', 0),
  requestedAt: AT,
  counts: COUNTS,
};
const INPUT = `{ filter: { search: "HBR", registration: ACCEPTED }, action: "Reset", payload: { type: "Soft" }, queueUntil: "${AT_ISO}" }`;

describe('commands over many stations', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
    const skipped = [{ reason: CommandSkipReason.OFFLINE, stations: 1, identities: ['ST-3'] }];
    const results = [
      { stationId: idOf('station', 0), stationIdentity: 'ST-0', command: command(0) },
      { stationId: idOf('station', 3), stationIdentity: 'ST-3', skipReason: CommandSkipReason.OFFLINE },
    ];
    api.standIns.answers = {
      ...worldOf(1),
      commandRuns: {
        previewCommandRun: () => ({ stations: 3, ready: 2, queued: 0, skipped }),
        startCommandRun: () => ({ run: RUN }),
        stopCommandRun: () => ({ run: { ...RUN, state: CommandRunState.STOPPED, endedAt: AT } }),
        getCommandRun: () => ({ run: RUN }),
        listCommandRuns: () => ({ runs: [RUN], page: {} }),
        listCommandRunStations: () => ({ stations: results, page: {} }),
      },
    };
  });
  afterAll(() => api.stop());

  it('say what they would do', async () => {
    const query = `{ commandRunPreview(input: ${INPUT}) { stations ready queued skipped { reason stations identities } } }`;
    expect(await api.data(query)).toEqual({
      commandRunPreview: { stations: 3, ready: 2, queued: 0, skipped: [{ reason: 'OFFLINE', stations: 1, identities: ['ST-3'] }] },
    });
    expect(api.standIns.only('commandRuns.previewCommandRun').request).toMatchObject({
      selection: { search: 'HBR', registration: RegistrationStatus.ACCEPTED, stationIds: [], siteId: '' },
      command: { action: 'Reset', payloadJson: '{"type":"Soft"}', queueUntil: timestampFromDate(new Date(AT_ISO)) },
    });
  });

  it('are started and stopped', async () => {
    const start = `startCommandRun(input: ${INPUT}, concurrency: 5, idempotencyKey: "k1") { id state endedAt }`;
    expect(await api.data(`mutation { ${start} stopCommandRun(id: "${RUN_ID}") { state endedAt } }`)).toEqual({
      startCommandRun: { id: RUN_ID, state: 'RUNNING', endedAt: null },
      stopCommandRun: { state: 'STOPPED', endedAt: AT_ISO },
    });
    expect(api.standIns.only('commandRuns.startCommandRun').request).toMatchObject({ concurrency: 5, idempotencyKey: 'k1' });
  });

  it('tell how far they are, and the result of each station', async () => {
    const selection = `action payload requestedByName counts { ${Object.keys(COUNTS).join(' ')} }
      stations { nodes { stationIdentity skipReason command { outcome responseStatus } } }`;
    expect(await api.data(`{ commandRun(id: "${RUN_ID}") { ${selection} } commandRuns { nodes { id } } }`)).toEqual({
      commandRun: {
        action: 'Reset',
        payload: { type: 'Soft' },
        requestedByName: 'User 0',
        counts: COUNTS,
        stations: {
          nodes: [
            { stationIdentity: 'ST-0', skipReason: null, command: { outcome: 'ANSWERED', responseStatus: 'Accepted' } },
            { stationIdentity: 'ST-3', skipReason: 'OFFLINE', command: null },
          ],
        },
      },
      commandRuns: { nodes: [{ id: RUN_ID }] },
    });
  });
});

describe('commands that wait', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
    const commands = [{ action: 'Reset', profile: 'Core', schemaJson: '{"type":"object"}', dangerous: true }];
    api.standIns.answers = {
      commands: {
        sendCommand: () => ({ command: command(0) }),
        cancelCommand: () => ({ command: command(0) }),
        getCommandCatalogue: () => ({ commands }),
      },
    };
  });
  afterAll(() => api.stop());

  it('are sent with their end, and cancelled', async () => {
    const send = `sendCommand(stationId: "${idOf('station', 0)}", action: "Reset", payload: {}, queueUntil: "${AT_ISO}") { queueUntil }`;
    expect(await api.data(`mutation { ${send} cancelCommand(id: "${idOf('command', 0)}") { id } }`)).toEqual({
      sendCommand: { queueUntil: AT_ISO },
      cancelCommand: { id: idOf('command', 0) },
    });
    expect(api.standIns.only('commands.sendCommand').request).toMatchObject({ queueUntil: timestampFromDate(new Date(AT_ISO)) });
  });

  it('are described by the schema of their payload', async () => {
    expect(await api.data('{ commandCatalogue { action profile schema dangerous mayHoldSecret } }')).toEqual({
      commandCatalogue: [{ action: 'Reset', profile: 'Core', schema: { type: 'object' }, dangerous: true, mayHoldSecret: false }],
    });
  });
});
