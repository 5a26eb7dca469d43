import { AppError } from '@ampline/kernel-errors';
import type { Command } from 'commander';
import type { Platform } from '../platform.js';
import { act, Exit, type ExitingTerminal } from '../run.js';
import { table, type Column } from '../table.js';

interface ServiceStatus {
  service: string;
  url: string;
  /** `ok`, or the code of the error. */
  state: string;
}

const COLUMNS: Column<ServiceStatus>[] = [
  { title: 'SERVICE', cell: (row) => row.service },
  { title: 'ADDRESS', cell: (row) => row.url },
  { title: 'STATE', cell: (row) => row.state },
];

const NOBODY = '00000000-0000-7000-8000-000000000000';
const ONE = { page: { limit: 1 } };
const SOON = { timeoutMs: 3_000, tenantId: NOBODY };

/** A question to each service that it can only answer with its database. */
const QUESTIONS: Record<string, (platform: Platform) => Promise<unknown>> = {
  accounts: (platform) => platform.accounts.listTenants(ONE, { timeoutMs: SOON.timeoutMs }),
  'ocpp-csms': (platform) => platform.stations.listSites(ONE, SOON),
  'session-export': (platform) => platform.records.listSessions(ONE, SOON),
};

export function statusCommand(program: Command, terminal: ExitingTerminal): void {
  program
    .command('status')
    .description('ask each service whether it works; ends with 3 when one does not')
    .action(
      act(terminal, async (run) => {
        const rows = await Promise.all(
          Object.entries(QUESTIONS).map(async ([service, ask]): Promise<ServiceStatus> => {
            const url = run.platform.installation.urls.get(service) ?? 'not part of this installation';
            return { service, url, state: await stateOf(ask(run.platform)) };
          }),
        );
        run.print(rows, table(COLUMNS, rows, ''));
        return rows.every((row) => row.state === 'ok') ? Exit.done : Exit.unreachable;
      }),
    );
}

async function stateOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return 'ok';
  } catch (error) {
    if (AppError.is(error)) return error.code;
    throw error;
  }
}
