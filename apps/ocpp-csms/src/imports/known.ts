import type { Tx } from '@ampline/platform-postgres';
import type { ImportKind } from './domain/columns.js';
import { grouped } from './domain/grouped.js';
import { placeKey, type Known, type KnownLocation, type KnownSite, type KnownStation, type StoredRow } from './domain/plan.js';

const SITES = 'SELECT site_id AS "siteId", name, time_zone AS "timeZone" FROM site WHERE name = ANY($1)';
const LOCATIONS = `
  SELECT l.location_id AS "locationId", s.name AS "siteName", l.name, l.address, l.postal_code AS "postalCode", l.city, l.country_code AS country,
         coalesce(trim_scale(l.latitude)::text, '') AS latitude, coalesce(trim_scale(l.longitude)::text, '') AS longitude
    FROM location l JOIN site s USING (site_id) WHERE s.name = ANY($1) AND lower(l.name) = ANY($2) ORDER BY l.location_id`;
const STATIONS = `
  SELECT s.station_id AS "stationId", s.identity, s.location_id AS "locationId", coalesce(s.expected_vendor, '') AS vendor,
         coalesce(s.expected_model, '') AS model, coalesce(s.expected_serial_number, '') AS "serialNumber",
         (SELECT coalesce(jsonb_agg(jsonb_build_object('number', e.number, 'code', coalesce(e.code, ''), 'connectors', (
             SELECT coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'type', c.type, 'maxPowerW', c.max_power_w)), '[]')
               FROM connector c WHERE c.evse_id = e.evse_id))), '[]')
            FROM evse e WHERE e.station_id = s.station_id) AS evses
    FROM charging_station s WHERE s.identity_key = ANY($1)`;
const CODES = 'SELECT upper(code) AS code, station_id AS "stationId", number FROM evse WHERE upper(code) = ANY($1)';
const TOKENS = `
  SELECT id_token_key AS key, coalesce(to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') AS "expiresAt",
         coalesce(group_token, '') AS "groupToken", allow_concurrent AS concurrent
    FROM id_token WHERE id_token_key = ANY($1) AND status <> 'removed'`;

/** What there is of what the rows are about. Of a tenant's transaction: others' are not seen. */
export async function knownOf(tx: Tx, kind: ImportKind, rows: readonly StoredRow[]): Promise<Known> {
  const cellsOf = (field: string) => [...new Set(rows.flatMap(({ cells }) => cells[field] ?? []))];
  const keys = [...new Set(rows.map(({ subject }) => subject.toLowerCase()))];
  const isPlaced = kind === 'locations' || kind === 'stations';
  const siteNames = kind === 'sites' ? cellsOf('name') : cellsOf('site');
  const placeNames = cellsOf(kind === 'locations' ? 'name' : 'location').map((name) => name.toLowerCase());
  const sites = kind === 'id-tokens' ? [] : await tx.query<KnownSite>(SITES, [siteNames]);
  const locations = isPlaced ? await tx.query<KnownLocation>(LOCATIONS, [siteNames, placeNames]) : [];
  const stations = kind === 'stations' ? await tx.query<KnownStation>(STATIONS, [keys]) : [];
  const codes = kind === 'stations' ? await tx.query<{ code: string; stationId: string; number: number }>(CODES, [cellsOf('evseId')]) : [];
  const tokens =
    kind === 'id-tokens' ? await tx.query<{ key: string; expiresAt: string; groupToken: string; concurrent: boolean }>(TOKENS, [keys]) : [];
  return {
    sites: new Map(sites.map((site) => [site.name, site])),
    locations: grouped(locations, ({ siteName, name }) => placeKey(siteName, name)),
    stations: new Map(stations.map((station) => [station.identity.toLowerCase(), station])),
    codes: new Map(codes.map((code) => [code.code, code])),
    tokens: new Map(tokens.map((token) => [token.key, token])),
  };
}
