import { TenantStateSchema, TenantStatus, type TenantState } from '@ampline/contracts';
import type { Command } from 'commander';
import { word } from '../format.js';
import { listOptions } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import type { Column } from '../table.js';

const COLUMNS: Column<TenantState>[] = [
  { title: 'SLUG', cell: (tenant) => tenant.slug },
  { title: 'NAME', cell: (tenant) => tenant.name },
  { title: 'STATUS', cell: (tenant) => word(TenantStatus, tenant.status) },
  { title: 'ID', cell: (tenant) => tenant.tenantId },
];

export function tenantCommands(program: Command, terminal: ExitingTerminal): void {
  const tenants = program.command('tenants').description('operators that share this installation');

  listOptions(tenants.command('list'))
    .description('list the tenants')
    .action(
      act<ListOptions>(terminal, (run, options) =>
        run.list(options, {
          schema: TenantStateSchema,
          fetch: async (page) => {
            const answer = await run.platform.accounts.listTenants({ page });
            return { rows: answer.tenants, page: answer.page };
          },
          columns: COLUMNS,
          none: 'No tenants yet: tenants create <slug> <name>.',
        }),
      ),
    );

  tenants
    .command('create <slug> <name>')
    .description('create a tenant; its slug stands in the URL of its stations and never changes')
    .addHelpText('after', '\nExample:\n  npm run ampline -- tenants create nordstrom "Nordstrom Charging"')
    .action(
      act(terminal, async (run, _options, slug, name) => {
        const { tenant } = await run.platform.accounts.createTenant({ slug, name });
        if (tenant) run.show(TenantStateSchema, tenant, sheetOf(tenant));
      }),
    );

  for (const [verb, status, told] of [
    ['suspend', TenantStatus.SUSPENDED, 'its stations are refused from their next connection on'],
    ['resume', TenantStatus.ACTIVE, 'its stations may connect again'],
  ] as const) {
    tenants
      .command(`${verb} <slug>`)
      .description(`set a tenant ${word(TenantStatus, status)}: ${told}`)
      .action(
        act(terminal, async (run, _options, slug) => {
          const { tenantId } = await run.platform.tenant(slug);
          const { tenant } = await run.platform.accounts.setTenantStatus({ tenantId, status });
          if (tenant) run.show(TenantStateSchema, tenant, sheetOf(tenant));
        }),
      );
  }
}

function sheetOf(tenant: TenantState): [string, string][] {
  return [
    ['Tenant', tenant.slug],
    ['Name', tenant.name],
    ['Status', word(TenantStatus, tenant.status)],
    ['Id', tenant.tenantId],
  ];
}
