import type { AuditTrail } from '@ampline/platform-audit';
import type { Database, Tx } from '@ampline/platform-postgres';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';

/** How long each tenant keeps its raw messages, days. */
export class MessageRetention {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  /** Undefined: as long as the installation. */
  of(tenantId: string): Promise<number | undefined> {
    return this.database.asTenant(tenantId, (tx) => daysOf(tx, tenantId));
  }

  async set(asking: Asking, days: number | undefined): Promise<void> {
    const { tenantId, caller } = asking;
    await this.database.asTenant(tenantId, async (tx) => {
      const before = await daysOf(tx, tenantId);
      if (before === days) return;
      if (days === undefined) await tx.query('DELETE FROM message_retention WHERE tenant_id = $1', [tenantId]);
      else {
        await tx.query(
          `INSERT INTO message_retention (tenant_id, retain_days) VALUES ($1, $2)
           ON CONFLICT (tenant_id) DO UPDATE SET retain_days = excluded.retain_days`,
          [tenantId, days],
        );
      }
      const tenant = await tenantSlug(tx, tenantId);
      const entity = { type: 'message-retention', id: tenantId, name: tenant };
      const detail = { days: days ?? null, before: before ?? null };
      await this.audit.record(tx, { caller, tenantId, tenant, action: 'message-retention.set', entity, detail });
    });
  }
}

async function daysOf(tx: Tx, tenantId: string): Promise<number | undefined> {
  const row = await tx.one<{ retain_days: number }>('SELECT retain_days FROM message_retention WHERE tenant_id = $1', [tenantId]);
  return row?.retain_days;
}
