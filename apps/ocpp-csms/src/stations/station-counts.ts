import type { CountStationsResponseSchema, StationCountsSchema } from '@ampline/contracts';
import type { Database } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';

interface SiteRow {
  site_id: string;
  stations: bigint;
  online: bigint;
  pending: bigint;
  faulted: bigint;
  /** By status. */
  connectors: Record<string, number>;
}

/** What a connector last reported says nothing while its station is not connected. */
const COUNT = `
  WITH station AS (
    SELECT s.station_id, l.site_id, s.online, s.registration FROM charging_station s JOIN location l USING (location_id)
     WHERE s.tenant_id = $1 AND (cardinality($2::uuid[]) = 0 OR l.site_id = ANY($2))
  ), connector_now AS (
    SELECT s.station_id, s.site_id, CASE WHEN s.online THEN c.status ELSE 'Offline' END AS status
      FROM station s JOIN connector c USING (station_id) WHERE c.tenant_id = $1
  ), by_status AS (
    SELECT site_id, jsonb_object_agg(status, connectors) AS connectors
      FROM (SELECT site_id, status, count(*) AS connectors FROM connector_now GROUP BY site_id, status) AS n GROUP BY site_id
  ), by_site AS (
    SELECT site_id, count(*) AS stations, count(*) FILTER (WHERE online) AS online, count(*) FILTER (WHERE registration = 'pending') AS pending,
           count(*) FILTER (WHERE station_id IN (SELECT station_id FROM connector_now WHERE status = 'Faulted')) AS faulted
      FROM station GROUP BY site_id
  )
  SELECT site_id, stations, online, pending, faulted, coalesce(connectors, '{}') AS connectors
    FROM by_site LEFT JOIN by_status USING (site_id) ORDER BY site_id`;

/** How many stations and connectors are in which state. */
export class StationCounts {
  constructor(private readonly database: Database) {}

  /** Of these sites, or of all when there are none given; sites without a station are left out. */
  async of(tenantId: string, siteIds: readonly string[]): Promise<MessageInitShape<typeof CountStationsResponseSchema>> {
    const rows = await this.database.asTenant(tenantId, (tx) => tx.query<SiteRow>(COUNT, [tenantId, siteIds]));
    return { total: countsOf(rows), sites: rows.map((row) => ({ siteId: row.site_id, counts: countsOf([row]) })) };
  }
}

function countsOf(rows: readonly SiteRow[]): MessageInitShape<typeof StationCountsSchema> {
  const sum = (of: (row: SiteRow) => bigint) => rows.reduce((total, row) => total + of(row), 0n);
  const statuses = [...new Set(rows.flatMap((row) => Object.keys(row.connectors)))].sort();
  return {
    stations: sum((row) => row.stations),
    online: sum((row) => row.online),
    pending: sum((row) => row.pending),
    faulted: sum((row) => row.faulted),
    connectors: statuses.map((status) => ({ status, connectors: sum((row) => BigInt(row.connectors[status] ?? 0)) })),
  };
}
