import { CommandOutcome, CommandSchema, type Command as StationCommand } from '@ampline/contracts';
import { Option, type Command } from 'commander';
import { cliErrors } from '../errors.js';
import { time, word } from '../format.js';
import { jsonObject, listOptions, wholeNumber } from '../parse.js';
import { act, Exit, type ExitingTerminal, type ListOptions, type Run } from '../run.js';
import type { Column } from '../table.js';

const DEFAULT_TIMEOUT_S = 30;
/** The platform answers a moment after the station's time is over. */
const GRACE_MS = 5_000;

/** What an operator reads in an outcome. */
const TOLD: Record<CommandOutcome, string> = {
  [CommandOutcome.UNSPECIFIED]: 'unknown',
  [CommandOutcome.PENDING]: 'sent, not answered yet',
  [CommandOutcome.ANSWERED]: 'answered',
  [CommandOutcome.REFUSED_BY_STATION]: 'refused by the station',
  [CommandOutcome.STATION_OFFLINE]: 'the station is offline',
  [CommandOutcome.TIMEOUT]: 'no answer in time: it may or may not have been carried out',
  [CommandOutcome.NOT_SENT]: 'not sent: the connection closed, or too many commands wait',
  [CommandOutcome.QUEUED]: 'waits for the station to connect',
  [CommandOutcome.EXPIRED]: 'the station did not connect in time: nothing was sent',
  [CommandOutcome.CANCELLED]: 'taken out of the queue: nothing was sent',
};

const COLUMNS: Column<StationCommand>[] = [
  { title: 'REQUESTED', cell: (command) => time(command.requestedAt) },
  { title: 'BY', cell: (command) => command.requestedBy },
  { title: 'ACTION', cell: (command) => command.action },
  { title: 'OUTCOME', cell: (command) => word(CommandOutcome, command.outcome) },
  { title: 'ANSWER', cell: (command) => command.responseJson || command.errorCode },
  { title: 'ID', cell: (command) => command.commandId },
];

export function stationCommandCommands(program: Command, terminal: ExitingTerminal): void {
  program
    .command('command')
    .argument('<station>', 'identity or id')
    .argument('<action>', 'OCPP action')
    .argument('[json]', 'request payload', jsonObject, '{}')
    .description('send any OCPP call to a station and show its answer')
    .addOption(new Option('--timeout <seconds>', 'how long to wait for the answer').default(DEFAULT_TIMEOUT_S).argParser(wholeNumber(1)))
    .option('--key <text>', 'idempotency key: the same key again shows the stored outcome and sends nothing')
    .addHelpText('after', EXAMPLES)
    .action(
      act<{ timeout: number; key?: string }>(terminal, async (run, { timeout, key: idempotencyKey }, name, action, payloadJson) => {
        const tenant = await run.platform.tenant();
        const { stationId } = await run.platform.station(name, tenant);
        const timeoutMs = timeout * 1_000;
        const request = { stationId, action, payloadJson, timeoutMs, idempotencyKey };
        const { command } = await run.platform.commands.sendCommand(request, { ...tenant, timeoutMs: timeoutMs + GRACE_MS });
        return told(run, command);
      }),
    );

  program
    .command('start <station>')
    .description('ask a station to start charging; accepted means that it will try, the session shows when it has begun')
    .requiredOption('--token <text>', 'id token to charge with')
    .addOption(new Option('--evse <number>', 'without it the station chooses').default(0, 'any').argParser(wholeNumber(1)))
    .addHelpText('after', '\nExample:\n  npm run ampline -- start EXT-001 --tenant demo --evse 1 --token DEMO-OK-1')
    .action(
      act<{ token: string; evse: number }>(terminal, async (run, { token: idToken, evse: evseNumber }, name) => {
        const tenant = await run.platform.tenant();
        const { stationId } = await run.platform.station(name, tenant);
        const { command } = await run.platform.commands.requestStart({ stationId, evseNumber, idToken }, waiting(tenant));
        return told(run, command);
      }),
    );

  program
    .command('stop <session>')
    .description('ask the station of a running session to stop it, by the id of the session')
    .action(
      act(terminal, async (run, _options, sessionId) => {
        const { command } = await run.platform.commands.requestStop({ sessionId }, waiting(await run.platform.tenant()));
        return told(run, command);
      }),
    );

  listOptions(program.command('commands <station>'))
    .description('list the commands that a station was sent, newest first')
    .action(
      act<ListOptions>(terminal, async (run, options, name) => {
        const tenant = await run.platform.tenant();
        const { stationId } = await run.platform.station(name, tenant);
        await run.list(options, {
          schema: CommandSchema,
          fetch: async (page) => {
            const answer = await run.platform.commands.listCommands({ stationId, page }, tenant);
            return { rows: answer.commands, page: answer.page };
          },
          columns: COLUMNS,
          none: 'No commands.',
        });
      }),
    );
}

const EXAMPLES = `
Examples:
  npm run ampline -- command EXT-001 Reset '{"type":"Soft"}' --tenant demo
  npm run ampline -- command EXT-001 UnlockConnector '{"connectorId":1}'
  npm run ampline -- command EXT-001 ChangeAvailability '{"connectorId":0,"type":"Inoperative"}'
  npm run ampline -- command EXT-001 GetConfiguration

Ends with 4 when the station did not answer or said no.`;

function waiting(tenant: { tenantId: string }) {
  return { ...tenant, timeoutMs: DEFAULT_TIMEOUT_S * 1_000 + GRACE_MS };
}

/** Shows an outcome; the exit code says whether the station did as asked. */
function told(run: Run, command: StationCommand | undefined): number {
  if (!command) throw cliErrors.answerIncomplete();
  run.show(CommandSchema, command, [
    ['Outcome', TOLD[command.outcome]],
    ['Answer', command.responseJson],
    ['Error', [command.errorCode, command.errorDescription].filter((part) => part !== '').join(': ')],
    ['Command', command.commandId],
  ]);
  return command.outcome === CommandOutcome.ANSWERED && !saysNo(command.responseJson) ? Exit.done : Exit.notCarriedOut;
}

/** OCPP 1.6 words of an answer by which the station does not do what was asked. */
const NO = new Set([
  'Rejected',
  'NotSupported',
  'UnlockFailed',
  'NotImplemented',
  'Failed',
  'UnknownMessageId',
  'UnknownVendorId',
  'VersionMismatch',
]);

function saysNo(responseJson: string): boolean {
  const answer: unknown = JSON.parse(responseJson || '{}');
  return typeof answer === 'object' && answer !== null && 'status' in answer && NO.has(String(answer.status));
}
