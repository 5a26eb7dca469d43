import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import type { BusAccounts } from './bus-accounts.js';
import { routingErrors } from './errors.js';
import { backEndUsername, type OutsideSecrets } from './outside-secrets.js';

export interface BackEndRow {
  back_end_id: string;
  name: string;
  kind: 'nats' | 'http';
  url: string | null;
  generation: number;
  created_at: Date;
  stations: number;
}

/** What somebody logs in with; told once. */
export interface BackEndSecret {
  /** Empty: calls are posted to it, it has no user at the bus. */
  username: string;
  secret: string;
}

const COLUMNS = `back_end_id, name, kind, url, generation, created_at,
  (SELECT count(*)::integer FROM station_routing r WHERE r.back_end_id = back_end.back_end_id) AS stations`;

/** The foreign back ends of a tenant. */
export class BackEndStore {
  constructor(private readonly o: { db: Database; audit: AuditTrail; secrets: OutsideSecrets; accounts: BusAccounts; clock: Clock }) {}

  list(tenantId: string): Promise<BackEndRow[]> {
    return this.o.db.asTenant(tenantId, (tx) =>
      tx.query<BackEndRow>(`SELECT ${COLUMNS} FROM back_end WHERE tenant_id = $1 ORDER BY name`, [tenantId]),
    );
  }

  /** Throws `csms.routing.back-end-name-taken`. */
  async create(
    asking: Asking,
    o: { name: string; kind: 'nats' | 'http'; url: string },
  ): Promise<{ row: BackEndRow; secret: BackEndSecret }> {
    try {
      return await this.o.db.asTenant(asking.tenantId, async (tx) => {
        const row = await tx.one<BackEndRow>(
          `INSERT INTO back_end (back_end_id, tenant_id, name, kind, url, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
          [uuidv7(), asking.tenantId, o.name, o.kind, o.url || null, this.o.clock.now()],
        );
        return { row: row as BackEndRow, secret: await this.changed(tx, asking, row as BackEndRow, 'created') };
      });
    } catch (error) {
      if (uniqueViolation(error) !== undefined) throw routingErrors.backEndNameTaken();
      throw error;
    }
  }

  /** Throws `csms.routing.back-end-unknown`. */
  rotate(asking: Asking, backEndId: string): Promise<BackEndSecret> {
    return this.o.db.asTenant(asking.tenantId, async (tx) => {
      const row = await tx.one<BackEndRow>(`UPDATE back_end SET generation = generation + 1 WHERE back_end_id = $1 RETURNING ${COLUMNS}`, [
        backEndId,
      ]);
      if (!row) throw routingErrors.backEndUnknown();
      return this.changed(tx, asking, row, 'secret-rotated');
    });
  }

  /** Throws `csms.routing.back-end-unknown`, `csms.routing.back-end-in-use`. */
  remove(asking: Asking, backEndId: string): Promise<void> {
    return this.o.db.asTenant(asking.tenantId, async (tx) => {
      const row = await tx.one<BackEndRow>(`SELECT ${COLUMNS} FROM back_end WHERE back_end_id = $1 FOR UPDATE`, [backEndId]);
      if (!row) throw routingErrors.backEndUnknown();
      if (row.stations > 0) throw routingErrors.backEndInUse({ stations: row.stations });
      await tx.query('DELETE FROM back_end WHERE back_end_id = $1', [backEndId]);
      await this.changed(tx, asking, row, 'removed');
    });
  }

  private async changed(tx: Tx, { tenantId, caller }: Asking, row: BackEndRow, done: string): Promise<BackEndSecret> {
    const tenant = await tenantSlug(tx, tenantId);
    const { back_end_id: id, name, kind, url, generation } = row;
    const detail = { kind, ...(url !== null && { url }) };
    await this.o.audit.record(tx, { caller, tenantId, tenant, action: `back-end.${done}`, entity: { type: 'back-end', id, name }, detail });
    tx.onCommit(() => this.o.accounts.changed());
    return { username: kind === 'nats' ? backEndUsername(tenant, name) : '', secret: this.o.secrets.backEndSecret(id, generation) };
  }
}
