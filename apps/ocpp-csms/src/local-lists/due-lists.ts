import type { Tx } from '@ampline/platform-postgres';
import { POLICY_OF_STATION } from './policy.js';

/** Which stations' lists are to be looked at; of the tenant, unless narrowed. */
export interface DueScope {
  tenantId: string;
  siteId?: string;
  stationId?: string;
}

/** Stations that a policy asks of, or asked of. The n-th becomes due n times `$5` ms later: a fleet is not spoken with at once. */
const MARK = `
  INSERT INTO local_list AS t (station_id, tenant_id, status, due_at, updated_at)
  SELECT s.station_id, s.tenant_id, 'pending', $4::timestamptz + (row_number() OVER (ORDER BY s.station_id) - 1) * $5 * interval '1 ms', $4
    FROM charging_station s JOIN location l USING (location_id)
   WHERE s.tenant_id = $1 AND ($2::uuid IS NULL OR l.site_id = $2) AND ($3::uuid IS NULL OR s.station_id = $3)
     AND (EXISTS (SELECT FROM local_list_policy p WHERE ${POLICY_OF_STATION})
       OR EXISTS (SELECT FROM local_list known WHERE known.station_id = s.station_id))
  ON CONFLICT (station_id) DO UPDATE SET due_at = least(t.due_at, excluded.due_at), updated_at = excluded.updated_at,
    status = CASE WHEN t.status IN ('in-sync', 'unmanaged') THEN 'pending' ELSE t.status END
  WHERE t.status NOT IN ('not-supported', 'disabled')
  RETURNING 1`;
/** What a boot may have changed: configuration, the list itself, and with another firmware whether there is one. */
const BOOTED = `
  INSERT INTO local_list AS t (station_id, tenant_id, status, due_at, updated_at)
  SELECT s.station_id, s.tenant_id, 'pending', $2, $3 FROM charging_station s JOIN location l USING (location_id)
   WHERE s.station_id = ANY($1) AND EXISTS (SELECT FROM local_list_policy p WHERE ${POLICY_OF_STATION})
   ORDER BY s.station_id
  ON CONFLICT (station_id) DO UPDATE SET due_at = least(t.due_at, excluded.due_at), updated_at = excluded.updated_at, status = 'pending',
    check_wanted = true, configured_at = NULL
  WHERE t.status <> 'not-supported'
     OR t.firmware_version IS DISTINCT FROM (SELECT firmware_version FROM charging_station s WHERE s.station_id = t.station_id)`;

/** Has lists looked at from `now` on, each `spacingMs` after the one before. Returns how many. */
export async function markDue(tx: Tx, scope: DueScope, now: Date, spacingMs: number): Promise<number> {
  const { tenantId, siteId = null, stationId = null } = scope;
  return (await tx.query(MARK, [tenantId, siteId, stationId, now, spacingMs])).length;
}

/** Has the lists of stations that have booted looked at. */
export async function markBooted(tx: Tx, stationIds: readonly string[], now: Date, delayMs: number): Promise<void> {
  await tx.query(BOOTED, [stationIds, new Date(now.getTime() + delayMs), now]);
}
