import { uuidv7 } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import { placeKey, type Known, type Planned } from './domain/plan.js';
import type { Written } from './written.js';

const PUT_SITES = `
  INSERT INTO site (site_id, tenant_id, name, time_zone)
  SELECT s.id, $1, s.name, s.zone FROM jsonb_to_recordset($2::jsonb) AS s (id uuid, name text, zone text)
  ON CONFLICT (tenant_id, name) DO UPDATE SET time_zone = excluded.time_zone RETURNING site_id AS id, name`;
const ADD_LOCATIONS = `
  INSERT INTO location (location_id, tenant_id, site_id, name, address, postal_code, city, country_code, latitude, longitude)
  SELECT l.id, $1, l.site, l.name, l.address, l."postalCode", l.city, l.country, l.latitude, l.longitude
    FROM jsonb_to_recordset($2::jsonb) AS l (id uuid, site uuid, name text, address text, "postalCode" text, city text, country text,
      latitude numeric, longitude numeric)`;
const CHANGE_LOCATIONS = `
  UPDATE location o SET postal_code = l."postalCode", city = l.city, country_code = l.country,
    latitude = coalesce(l.latitude, o.latitude), longitude = coalesce(l.longitude, o.longitude)
    FROM jsonb_to_recordset($1::jsonb) AS l (id uuid, "postalCode" text, city text, country text, latitude numeric, longitude numeric)
   WHERE o.location_id = l.id`;

/** Writes the rows of sites that are to be created or changed. */
export async function writeSites(tx: Tx, tenantId: string, planned: readonly Planned[]): Promise<Written[]> {
  const sites = planned.map(({ row }) => ({ id: uuidv7(), name: row.subject, zone: row.cells['timeZone'] }));
  const rows = await tx.query<{ id: string; name: string }>(PUT_SITES, [tenantId, JSON.stringify(sites)]);
  const ids = new Map(rows.map(({ id, name }) => [name, id]));
  return planned.map((one) => ({ ...entityOf('site', one), id: ids.get(one.row.subject) ?? '' }));
}

/** Writes the rows of locations that are to be created or changed. */
export async function writeLocations(tx: Tx, tenantId: string, planned: readonly Planned[], known: Known): Promise<Written[]> {
  const locations = planned.map((one) => {
    const { site = '', name = '', address = '', latitude = null, longitude = null, ...rest } = one.row.cells;
    const there = known.locations.get(placeKey(site, name))?.find((other) => other.address.toLowerCase() === address.toLowerCase());
    const id = there?.locationId ?? uuidv7();
    return { planned: one, isNew: !there, cells: { id, site: known.sites.get(site)?.siteId, name, address, latitude, longitude, ...rest } };
  });
  const cellsOf = (isNew: boolean) => JSON.stringify(locations.filter((one) => one.isNew === isNew).map(({ cells }) => cells));
  await tx.query(ADD_LOCATIONS, [tenantId, cellsOf(true)]);
  await tx.query(CHANGE_LOCATIONS, [cellsOf(false)]);
  return locations.map(({ planned: one, cells }) => ({ ...entityOf('location', one), id: cells.id }));
}

function entityOf(type: Written['type'], { row, effect, changes }: Planned): Omit<Written, 'id'> {
  return { type, name: row.subject, done: effect === 'create' ? 'created' : 'changed', changes };
}
