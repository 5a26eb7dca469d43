import { tenantChanged, type TenantState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Caller } from '@ampline/platform-grpc';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { BrandStore } from '../brands/brands.store.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { tenantState, type StoredTenantStatus, type TenantRow } from './tenants.mapping.js';

const COLUMNS = 'tenant_id, slug, name, status, version';
const PAGE = `SELECT ${COLUMNS} FROM tenant WHERE $1::uuid IS NULL OR tenant_id > $1 ORDER BY tenant_id LIMIT $2`;

/** Tenants; each change and its fact are one transaction. */
export class TenantStore {
  constructor(
    private readonly database: Database,
    private readonly brands: BrandStore,
    private readonly changes: Changes,
  ) {}

  /** With its first brand. Throws `accounts.slug-taken`. */
  create(caller: Caller, slug: string, name: string): Promise<TenantState> {
    return this.database.asWorker(async (tx) => {
      const row = await tx.one<TenantRow>(
        `INSERT INTO tenant (tenant_id, slug, name, status) VALUES ($1, $2, $3, 'active')
         ON CONFLICT (slug) DO NOTHING RETURNING ${COLUMNS}`,
        [uuidv7(), slug, name],
      );
      if (!row) throw accountsErrors.slugTaken({ slug });
      const state = await this.changed(tx, caller, 'tenant.created', row);
      await this.brands.createDefault(tx, { caller, tenantId: row.tenant_id }, slug, name);
      return state;
    });
  }

  /** Throws `accounts.tenant-unknown`. The status it has already changes nothing. */
  setStatus(caller: Caller, tenantId: string, status: StoredTenantStatus): Promise<TenantState> {
    return this.database.asWorker(async (tx) => {
      const changed = await tx.one<TenantRow>(
        `UPDATE tenant SET status = $2, version = version + 1 WHERE tenant_id = $1 AND status <> $2 RETURNING ${COLUMNS}`,
        [tenantId, status],
      );
      if (changed) return this.changed(tx, caller, status === 'active' ? 'tenant.resumed' : 'tenant.suspended', changed);
      const row = await tx.one<TenantRow>(`SELECT ${COLUMNS} FROM tenant WHERE tenant_id = $1`, [tenantId]);
      if (!row) throw accountsErrors.tenantUnknown({ tenantId });
      return tenantState(row);
    });
  }

  /** Tenants behind `after` (a tenant id; undefined for the first), by id. */
  async page(after: string | undefined, limit: number): Promise<TenantState[]> {
    const rows = await this.database.query<TenantRow>(PAGE, [after ?? null, limit]);
    return rows.map(tenantState);
  }

  /** As {@link page}, from the replica where there is one. */
  exportPage(after: string | undefined, limit: number): Promise<TenantState[]> {
    return this.database.asReader(async (tx) => {
      const rows = await tx.query<TenantRow>(PAGE, [after ?? null, limit]);
      return rows.map(tenantState);
    });
  }

  private async changed(tx: Tx, caller: Caller, action: string, row: TenantRow): Promise<TenantState> {
    const payload = tenantState(row);
    const { tenantId, slug: tenant, name } = payload;
    await this.changes.tell(tx, { type: tenantChanged, tenant, key: tenantId, payload });
    await this.changes.record(tx, { caller, tenantId }, tenant, { action, entity: { type: 'tenant', id: tenantId, name } });
    return payload;
  }
}

/** Slug of the tenant that `tx` works on. Throws `accounts.tenant-unknown`. */
export async function slugOf(tx: Tx, tenantId: string): Promise<string> {
  const row = await tx.one<{ slug: string }>('SELECT slug FROM tenant WHERE tenant_id = $1', [tenantId]);
  if (!row) throw accountsErrors.tenantUnknown({ tenantId });
  return row.slug;
}
