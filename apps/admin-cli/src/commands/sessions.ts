import {
  MeterValueSchema,
  SessionRecordSchema,
  SessionStatus,
  SummarizeSessionsResponseSchema,
  type MeterValue,
  type SessionRecord,
} from '@ampline/contracts';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Option, type Command } from 'commander';
import { duration, energy, power, time, word, words } from '../format.js';
import { listOptions, moment, oneOf } from '../parse.js';
import type { Platform } from '../platform.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import { joined, type Column } from '../table.js';

interface FilterOptions {
  live?: boolean;
  status?: SessionStatus;
  station?: string;
  site?: string;
  token?: string;
  from?: Timestamp;
  before?: Timestamp;
  doubtful?: boolean;
}

const METER_COLUMNS: Column<MeterValue>[] = [
  { title: 'TAKEN', cell: (value) => time(value.takenAt) },
  { title: 'RECEIVED', cell: (value) => time(value.receivedAt) },
  { title: 'REGISTER', cell: (value) => (value.registerWh === undefined ? '' : energy(value.registerWh)), align: 'right' },
  { title: 'POWER', cell: (value) => power(value.powerW), align: 'right' },
  { title: 'SOC', cell: (value) => (value.socPercent === undefined ? '' : `${value.socPercent} %`), align: 'right' },
];

function columns(now: Date): Column<SessionRecord>[] {
  return [
    { title: 'STARTED', cell: ({ session }) => time(session?.startedAt) },
    { title: 'STATION', cell: ({ session }) => joined(' / ', session?.station?.identity, String(session?.station?.evseNumber ?? '')) },
    { title: 'STATUS', cell: ({ session }) => word(SessionStatus, session?.status ?? 0) },
    { title: 'DURATION', cell: ({ session }) => duration(session?.startedAt, session?.endedAt, now), align: 'right' },
    { title: 'ENERGY', cell: ({ session }) => energy(session?.energyWh ?? 0n), align: 'right' },
    { title: 'TOKEN', cell: ({ session }) => session?.authorization?.idToken ?? '' },
    { title: 'DOUBTS', cell: ({ session }) => session?.doubts.join(', ') ?? '' },
    { title: 'ID', cell: ({ session }) => session?.sessionId ?? '' },
  ];
}

export function sessionCommands(program: Command, terminal: ExitingTerminal): void {
  const sessions = program.command('sessions').description('charging sessions, live and ended');

  filterOptions(listOptions(sessions.command('list')))
    .description('list sessions, newest first')
    .addHelpText('after', '\nExample:\n  npm run ampline -- sessions list --tenant demo --station EXT-001 --from 2026-11-01')
    .action(
      act<ListOptions & FilterOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const filter = await filterOf(options, run.platform, tenant);
        await run.list(options, {
          schema: SessionRecordSchema,
          fetch: async (page) => {
            const answer = await run.platform.records.listSessions({ page, filter }, tenant);
            return { rows: answer.records, page: answer.page };
          },
          columns: columns(terminal.now()),
          none: 'No sessions.',
        });
      }),
    );

  sessions
    .command('show <session>')
    .description('show a session, by its id')
    .action(
      act(terminal, async (run, _options, sessionId) => {
        const { record } = await run.platform.records.getSession({ sessionId }, await run.platform.tenant());
        if (record) run.show(SessionRecordSchema, record, sheetOf(record, terminal.now()));
      }),
    );

  listOptions(sessions.command('meter-values <session>'))
    .description('show the meter values of a session, oldest first; --json shows all measurands')
    .action(
      act<ListOptions>(terminal, async (run, options, sessionId) => {
        const tenant = await run.platform.tenant();
        await run.list(options, {
          schema: MeterValueSchema,
          fetch: async (page) => {
            const answer = await run.platform.stations.listMeterValues({ sessionId, page }, tenant);
            return { rows: answer.meterValues, page: answer.page };
          },
          columns: METER_COLUMNS,
          none: 'No meter values.',
        });
      }),
    );

  filterOptions(sessions.command('summary'))
    .description('count sessions and their energy')
    .action(
      act<FilterOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const summary = await run.platform.records.summarizeSessions({ filter: await filterOf(options, run.platform, tenant) }, tenant);
        run.show(SummarizeSessionsResponseSchema, summary, [
          ['Sessions', String(summary.sessions)],
          ['Live', String(summary.live)],
          ['Energy', energy(summary.energyWh)],
          ['Doubtful', String(summary.doubtful)],
        ]);
      }),
    );
}

function filterOptions(command: Command): Command {
  const status = new Option('--status <status>', words(SessionStatus).join(', ')).argParser(oneOf(SessionStatus));
  return command
    .addOption(new Option('--live', 'only those that run now').conflicts('status'))
    .addOption(status)
    .option('--station <identity>', 'only at this station')
    .option('--site <site>', 'only at this site, by id or name')
    .option('--token <text>', 'only with this id token')
    .addOption(new Option('--from <time>', 'begun at this time or later').argParser(moment))
    .addOption(new Option('--before <time>', 'begun before this time').argParser(moment))
    .option('--doubtful', 'only those with a doubt');
}

async function filterOf(options: FilterOptions, platform: Platform, tenant: { tenantId: string }) {
  return {
    status: options.live ? SessionStatus.ACTIVE : (options.status ?? SessionStatus.UNSPECIFIED),
    stationIdentity: options.station,
    siteId: options.site === undefined ? '' : await platform.siteId(options.site, tenant),
    idToken: options.token,
    ...(options.from && { startedFrom: options.from }),
    ...(options.before && { startedBefore: options.before }),
    ...(options.doubtful && { doubtful: true }),
  };
}

function sheetOf({ session, updatedAt }: SessionRecord, now: Date): [string, string][] {
  if (!session) return [];
  const { station, authorization } = session;
  return [
    ['Session', session.sessionId],
    ['Status', word(SessionStatus, session.status)],
    ['Doubts', session.doubts.join(', ')],
    ['Station', station?.identity ?? ''],
    ['EVSE', joined(', ', `${station?.evseNumber ?? ''}`, `connector ${station?.connectorNumber ?? ''}`, station?.evseCode)],
    ['Place', joined(', ', station?.siteName, station?.locationName)],
    ['Id token', joined(', ', authorization?.idToken, authorization?.decision)],
    ['Started', time(session.startedAt)],
    ['Ended', time(session.endedAt)],
    ['Duration', duration(session.startedAt, session.endedAt, now)],
    ['Stop reason', session.stopReason],
    ['Energy', `${energy(session.energyWh)}${session.estimated ? ' (estimated)' : ''}`],
    ['Register', `${energy(session.meterStartWh)} to ${energy(session.meterLastWh)}`],
    ['Power', power(session.powerW)],
    ['State of charge', session.socPercent === undefined ? '' : `${session.socPercent} %`],
    ['Readings', session.readings.length === 0 ? '' : String(session.readings.length)],
    ['OCPP transaction', session.ocppTransactionId],
    ['Received', time(session.receivedAt)],
    ['Record changed', time(updatedAt)],
    ['Version', String(session.version)],
  ];
}
