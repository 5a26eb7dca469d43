import { IntakeIssueSchema, IntakeIssueStatus, type IntakeIssue, type ResolveIntakeIssueRequestSchema } from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Option, type Command } from 'commander';
import { cliErrors } from '../errors.js';
import { time, word } from '../format.js';
import { listOptions, wattHours, wholeNumber } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import type { Column } from '../table.js';

const COLUMNS: Column<IntakeIssue>[] = [
  { title: 'RAISED', cell: ({ state }) => time(state?.raisedAt) },
  { title: 'STATION', cell: ({ state }) => state?.stationIdentity ?? '' },
  { title: 'REASON', cell: ({ state }) => state?.reason ?? '' },
  { title: 'STATUS', cell: ({ state }) => word(IntakeIssueStatus, state?.status ?? 0) },
  { title: 'SESSION', cell: ({ state }) => state?.sessionId ?? '' },
  { title: 'ID', cell: ({ state }) => state?.issueId ?? '' },
];

interface ResolveOptions {
  accept?: boolean;
  dismiss?: boolean;
  attachStop?: string;
  closeSession?: bigint;
  createSession?: bigint;
  evse: number;
  note?: string;
}

type Resolution = MessageInitShape<typeof ResolveIntakeIssueRequestSchema>['resolution'];

export function issueCommands(program: Command, terminal: ExitingTerminal): void {
  const issues = program.command('issues').description('intake issues: what stations sent that could not be taken at face value');

  listOptions(issues.command('list'))
    .description('list open issues, newest first')
    .option('--resolved', 'those that are resolved instead')
    .option('--station <station>', 'only of this station, by identity or id')
    .option('--reason <code>', 'only of this reason, such as stop-unknown-transaction')
    .action(
      act<ListOptions & { resolved?: boolean; station?: string; reason?: string }>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const stationId = options.station === undefined ? '' : (await run.platform.station(options.station, tenant)).stationId;
        const status = options.resolved ? IntakeIssueStatus.RESOLVED : IntakeIssueStatus.OPEN;
        await run.list(options, {
          schema: IntakeIssueSchema,
          fetch: async (page) => {
            const answer = await run.platform.intake.listIntakeIssues({ page, status, stationId, reason: options.reason }, tenant);
            return { rows: answer.issues, page: answer.page };
          },
          columns: COLUMNS,
          none: options.resolved ? 'No resolved issues.' : 'No open issues.',
        });
      }),
    );

  issues
    .command('show <issue>')
    .description('show an issue with the message that raised it')
    .action(
      act(terminal, async (run, _options, issueId) => {
        const { issue } = await run.platform.intake.getIntakeIssue({ issueId }, await run.platform.tenant());
        if (issue) run.show(IntakeIssueSchema, issue, sheetOf(issue));
      }),
    );

  issues
    .command('resolve <issue>')
    .description('resolve an issue in one of these ways; which of them fit depends on its reason')
    .option('--accept', 'take the data as it stands')
    .option('--dismiss', 'it concerns no session: leave everything as it is')
    .option('--attach-stop <session>', 'the stop belongs to this session: end it with the values of the message')
    .addOption(new Option('--close-session <wh>', 'end the session at this register reading, Wh').argParser(wattHours))
    .addOption(new Option('--create-session <wh>', 'make a session of a stop without start, from this reading, Wh').argParser(wattHours))
    .addOption(new Option('--evse <number>', 'EVSE of the session that is made').default(1).argParser(wholeNumber(1)))
    .option('--note <text>', 'why')
    .addHelpText('after', '\nExample:\n  npm run ampline -- issues resolve 0193… --close-session 1284500 --note "read from the display"')
    .action(
      act<ResolveOptions>(terminal, async (run, options, issueId) => {
        const request = { issueId, resolution: resolutionOf(options), note: options.note };
        const { issue } = await run.platform.intake.resolveIntakeIssue(request, await run.platform.tenant());
        if (issue) run.show(IntakeIssueSchema, issue, sheetOf(issue));
      }),
    );
}

function resolutionOf(options: ResolveOptions): NonNullable<Resolution> {
  const chosen: NonNullable<Resolution>[] = [];
  if (options.accept) chosen.push({ case: 'accept', value: {} });
  if (options.dismiss) chosen.push({ case: 'dismiss', value: {} });
  if (options.attachStop !== undefined) chosen.push({ case: 'attachStop', value: { sessionId: options.attachStop } });
  if (options.closeSession !== undefined) chosen.push({ case: 'closeSession', value: { meterStopWh: options.closeSession } });
  if (options.createSession !== undefined) {
    chosen.push({ case: 'createSession', value: { meterStartWh: options.createSession, evseNumber: options.evse } });
  }
  const [only, other] = chosen;
  if (!only || other) {
    throw cliErrors.argumentInvalid({ expected: 'one of --accept, --dismiss, --attach-stop, --close-session, --create-session' });
  }
  return only;
}

function sheetOf({ state, explanation, frame, detailJson }: IntakeIssue): [string, string][] {
  return [
    ['Issue', state?.issueId ?? ''],
    ['Reason', state?.reason ?? ''],
    ['Explanation', explanation],
    ['Station', state?.stationIdentity ?? ''],
    ['Session', state?.sessionId ?? ''],
    ['Raised', time(state?.raisedAt)],
    ['Status', word(IntakeIssueStatus, state?.status ?? 0)],
    ['Resolved', time(state?.resolvedAt)],
    ['By', state?.resolvedBy ?? ''],
    ['Resolution', state?.resolution ?? ''],
    ['Details', detailJson === '{}' ? '' : detailJson],
    ['Message', frame],
  ];
}
