import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Database, Tx } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import { markDue } from './due-lists.js';
import { localListErrors } from './errors.js';
import { POLICY_COLUMNS, type PolicyRow, type Selection } from './policy.js';

/** Whom a policy is for: at most one of the two, else the whole tenant. */
export interface PolicyScope {
  siteId?: string;
  stationId?: string;
}

export interface PolicyWanted extends PolicyScope {
  selection: Selection;
  groupIds: readonly string[];
  idTokenIds: readonly string[];
}

interface Asked {
  tenantId: string;
  caller: Caller;
}

interface Named {
  tenant: string;
  name: string;
}

const NAMES = `
  SELECT t.slug AS tenant, coalesce((SELECT name FROM site WHERE site_id = $2), (SELECT identity FROM charging_station WHERE station_id = $3), t.name)
    AS name, $2::uuid IS NULL OR EXISTS (SELECT FROM site WHERE site_id = $2) AS site_known,
    $3::uuid IS NULL OR EXISTS (SELECT FROM charging_station WHERE station_id = $3) AS station_known
  FROM tenant t WHERE t.tenant_id = $1`;
const PUT = `
  INSERT INTO local_list_policy AS p (policy_id, tenant_id, site_id, station_id, selection, group_ids, id_token_ids, updated_by, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (tenant_id, site_id, station_id) DO UPDATE SET selection = excluded.selection, group_ids = excluded.group_ids,
    id_token_ids = excluded.id_token_ids, updated_by = excluded.updated_by, updated_at = excluded.updated_at
  RETURNING ${POLICY_COLUMNS}`;
const REMOVE = `
  DELETE FROM local_list_policy WHERE tenant_id = $1 AND site_id IS NOT DISTINCT FROM $2 AND station_id IS NOT DISTINCT FROM $3
  RETURNING policy_id`;
const SYNC = `
  INSERT INTO local_list AS t (station_id, tenant_id, status, due_at, updated_at, full_wanted) VALUES ($1, $2, 'pending', $3, $3, $4)
  ON CONFLICT (station_id) DO UPDATE SET due_at = excluded.due_at, status = 'pending', updated_at = excluded.updated_at,
    full_wanted = t.full_wanted OR excluded.full_wanted, check_wanted = true, configured_at = NULL, failures = 0`;

/** What people decide about the lists of stations. */
export class LocalLists {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    /** Between two stations that a policy makes due. */
    private readonly spacingMs: number,
  ) {}

  /** Returns how many stations are brought to it. Throws `csms.site-unknown`, `csms.station-unknown`, `csms.tenant-unknown`. */
  setPolicy({ tenantId, caller }: Asked, wanted: PolicyWanted): Promise<{ policy: PolicyRow; stations: number }> {
    const { siteId = null, stationId = null, selection, groupIds, idTokenIds } = wanted;
    return this.database.asTenant(tenantId, async (tx) => {
      const named = await this.named(tx, tenantId, wanted);
      const now = this.clock.now();
      const values = [uuidv7(), tenantId, siteId, stationId, selection, groupIds, idTokenIds, caller.subject, now];
      const policy = (await tx.one<PolicyRow>(PUT, values)) as PolicyRow;
      const stations = await markDue(tx, { tenantId, ...scopeOf(wanted) }, now, this.spacingMs);
      const detail = { selection, groups: groupIds.length, idTokens: idTokenIds.length };
      await this.record(tx, { tenantId, caller }, named, { action: 'local-list-policy.set', id: policy.policy_id, detail });
      return { policy, stations };
    });
  }

  /** Throws `csms.local-list.policy-unknown`. */
  async removePolicy({ tenantId, caller }: Asked, scope: PolicyScope): Promise<void> {
    await this.database.asTenant(tenantId, async (tx) => {
      const { siteId = null, stationId = null } = scope;
      const named = await this.named(tx, tenantId, scope);
      const removed = await tx.one<{ policy_id: string }>(REMOVE, [tenantId, siteId, stationId]);
      if (!removed) throw localListErrors.policyUnknown();
      await markDue(tx, { tenantId, ...scopeOf(scope) }, this.clock.now(), this.spacingMs);
      await this.record(tx, { tenantId, caller }, named, { action: 'local-list-policy.removed', id: removed.policy_id, detail: {} });
    });
  }

  /** Has the list of a station looked at now, whatever came of it before. Throws `csms.station-unknown`. */
  async sync({ tenantId, caller }: Asked, stationId: string, full: boolean): Promise<void> {
    await this.database.asTenant(tenantId, async (tx) => {
      const named = await this.named(tx, tenantId, { stationId });
      await tx.query(SYNC, [stationId, tenantId, this.clock.now(), full]);
      await this.record(tx, { tenantId, caller }, named, { action: 'local-list.sync-requested', id: stationId, detail: { full } });
    });
  }

  private async named(tx: Tx, tenantId: string, { siteId, stationId }: PolicyScope): Promise<Named> {
    const row = await tx.one<Named & { site_known: boolean; station_known: boolean }>(NAMES, [tenantId, siteId ?? null, stationId ?? null]);
    if (!row) throw csmsErrors.tenantUnknown();
    if (!row.site_known) throw csmsErrors.siteUnknown();
    if (!row.station_known) throw csmsErrors.stationUnknown();
    return row;
  }

  private async record(
    tx: Tx,
    asked: Asked,
    { tenant, name }: Named,
    deed: { action: string; id: string; detail: Record<string, unknown> },
  ): Promise<void> {
    const { action, id, detail } = deed;
    await this.audit.record(tx, { ...asked, tenant, action, entity: { type: 'local-list', id, name }, detail });
  }
}

function scopeOf({ siteId, stationId }: PolicyScope): PolicyScope {
  return { ...(siteId !== undefined && { siteId }), ...(stationId !== undefined && { stationId }) };
}
