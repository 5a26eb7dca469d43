import type { StationId, TenantId } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import type { Registration } from '../stations/station-state.js';
import { mannersOf, type Manners } from './station-manners.js';

/** A station whose row is locked: its calls are taken in one after the other. */
export interface LockedStation extends Manners {
  stationId: StationId;
  tenantId: TenantId;
  /** Slug. */
  tenant: string;
  tenantActive: boolean;
  identity: string;
  registration: Registration;
}

interface Row {
  station_id: StationId;
  tenant_id: TenantId;
  slug: string;
  status: string;
  identity: string;
  registration: Registration;
  quirks: string[];
  time_zone: string;
}

/**
 * NO KEY UPDATE, so that the batch writer, whose rows refer to the station, does not wait for a call in work. What the holder before
 * us has committed is visible to the next statement, not to this one.
 */
const LOCK = `
  SELECT s.station_id, s.tenant_id, t.slug, t.status, s.identity, s.registration, s.quirks, site.time_zone
    FROM charging_station s JOIN tenant t USING (tenant_id) JOIN location l USING (location_id) JOIN site USING (site_id)
   WHERE s.station_id = $1 FOR NO KEY UPDATE OF s`;

export async function lockStation(tx: Tx, stationId: string): Promise<LockedStation | undefined> {
  const [row] = await tx.prepared<Row>(LOCK, [stationId]);
  if (row === undefined) return undefined;
  return {
    stationId: row.station_id,
    tenantId: row.tenant_id,
    tenant: row.slug,
    tenantActive: row.status === 'active',
    identity: row.identity,
    registration: row.registration,
    ...mannersOf(row),
  };
}
