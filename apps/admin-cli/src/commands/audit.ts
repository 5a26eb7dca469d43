import { AuditEntrySchema, type AuditEntry } from '@ampline/contracts';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Option, type Command } from 'commander';
import { time } from '../format.js';
import { listOptions, moment } from '../parse.js';
import type { Platform } from '../platform.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import type { Column } from '../table.js';

const COLUMNS: Column<AuditEntry>[] = [
  { title: 'AT', cell: (entry) => time(entry.at) },
  { title: 'BY', cell: ({ actor }) => actor?.name || (actor?.id ?? '') },
  { title: 'ACTION', cell: (entry) => entry.action },
  { title: 'WHAT', cell: (entry) => entry.entityName || entry.entityId },
  { title: 'DETAIL', cell: (entry) => entry.detailJson },
];

type AuditOptions = ListOptions & { text?: string; action?: string; from?: Timestamp; before?: Timestamp };

export function auditCommands(program: Command, terminal: ExitingTerminal): void {
  const audit = program.command('audit').description('who did what');

  listOptions(audit.command('list'))
    .description('list what was done in a tenant, newest first')
    .option('--text <words>', 'words that stand in the action, the names or the details')
    .option('--action <action>', 'the action or its beginning, such as user.')
    .addOption(new Option('--from <time>', 'not before').argParser(moment))
    .addOption(new Option('--before <time>', 'only before').argParser(moment))
    .action(
      act<AuditOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const { text, action, from, before } = options;
        const filter = { text, action, ...(from && { from }), ...(before && { before }) };
        await run.list(options, {
          schema: AuditEntrySchema,
          fetch: async (page) => {
            const answer = await run.platform.audit.searchAudit({ page, ...filter }, tenant);
            return { rows: await named(run.platform, answer.entries, tenant), page: answer.page };
          },
          columns: COLUMNS,
          none: 'Nothing was done.',
        });
      }),
    );
}

/** The log names no people: their names are those of today, and none once they are gone. */
async function named({ people }: Platform, entries: readonly AuditEntry[], tenant: { tenantId: string }): Promise<AuditEntry[]> {
  const idsOf = (type: string) => [...new Set(entries.filter((entry) => entry.entityType === type).map((entry) => entry.entityId))];
  const { users } = await people.batchGetUsers({ userIds: idsOf('user') }, tenant);
  const { drivers } = await people.batchGetDrivers({ driverIds: idsOf('driver') }, tenant);
  const names = new Map([
    ...users.map((user) => [user.userId, user.name] as const),
    ...drivers.map((one) => [one.driverId, one.name] as const),
  ]);
  return entries.map((entry) => ({ ...entry, entityName: entry.entityName || (names.get(entry.entityId) ?? '') }));
}
