import type { Clock } from '@ampline/kernel-time';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import { COUNTRIES } from '../imports/domain/countries.js';
import { FINDINGS, PLAUSIBLE_POWER, type FindingName } from './finding-kinds.js';
import { FINDINGS_SQL } from './findings.sql.js';

const DAY_MS = 86_400_000;

/** One finding. Of a location where there is no station. */
export interface FindingRow {
  key: string;
  kind: FindingName;
  station_id: string | null;
  identity: string | null;
  site_id: string;
  site_name: string;
  location_id: string;
  location_name: string;
  evse: number;
  connector: number;
  value: string;
  compared: string;
}

/** How good the data of a site is. */
export interface SiteScoreRow {
  key: string;
  site_id: string;
  site_name: string;
  stations: number;
  findings: number;
  /** 0 to 100; null: there is no station. */
  score: number | null;
}

export interface FindingFilter {
  /** Empty: all. */
  kinds: readonly FindingName[];
  siteId: string | undefined;
  /** So long a station may be away without a finding. */
  unseenDays: number;
}

const BY_KEY: KeysetOrder = { columns: [{ name: 'key', type: 'text' }], direction: 'asc' };
const BOXES = JSON.stringify(COUNTRIES.map(({ alpha3, box: [south, west, north, east] }) => ({ alpha3, south, west, north, east })));
const POWERS = JSON.stringify(PLAUSIBLE_POWER);
const WEIGHTS = JSON.stringify(Object.entries(FINDINGS).map(([kind, { weight }]) => ({ kind, weight })));

/** What is doubtful about the data of a tenant: computed when it is asked for, nothing of it is kept. */
export class DataQualityStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** By kind, then by station or location; one more than the page holds. */
  async findings(
    tenantId: string,
    { kinds, siteId, unseenDays }: FindingFilter,
    page: Page,
  ): Promise<{ key: KeysetValue[]; row: FindingRow }[]> {
    const at = keyset(BY_KEY, page.cursor, 7);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<FindingRow>(
        `${FINDINGS_SQL}
         SELECT * FROM located WHERE (cardinality($5::text[]) = 0 OR kind = ANY($5)) AND ${at.where} ORDER BY ${at.orderBy} LIMIT $6`,
        [BOXES, POWERS, this.since(unseenDays), siteId ?? null, kinds, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.key], row }));
  }

  /**
   * Worst first, sites without stations at the end; one more than the page holds. A station has 100 points less the weight of each kind that is
   * found at it or its location, at least 0; a site has the mean of its stations.
   */
  async scores(tenantId: string, unseenDays: number, page: Page): Promise<{ key: KeysetValue[]; row: SiteScoreRow }[]> {
    const at = keyset(BY_KEY, page.cursor, 7);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<SiteScoreRow>(
        `${FINDINGS_SQL},
         weight AS (SELECT * FROM jsonb_to_recordset($5::jsonb) AS w (kind text, weight int)),
         loss AS (
           SELECT t.station_id, t.site_id, least(100, coalesce(sum(w.weight), 0)) AS points
             FROM station t
             LEFT JOIN (
               SELECT DISTINCT kind, station_id FROM located WHERE station_id IS NOT NULL
               UNION SELECT f.kind, o.station_id FROM located f JOIN station o ON o.location_id = f.location_id WHERE f.station_id IS NULL
             ) f ON f.station_id = t.station_id
             LEFT JOIN weight w USING (kind)
            GROUP BY t.station_id, t.site_id),
         scored AS (
           SELECT s.site_id, s.name AS site_name, count(l.station_id)::int AS stations,
                  (SELECT count(*)::int FROM located f WHERE f.site_id = s.site_id) AS findings, round(100 - avg(l.points))::int AS score
             FROM site s LEFT JOIN loss l USING (site_id) GROUP BY s.site_id, s.name),
         listed AS (SELECT *, concat_ws(' ', lpad(coalesce(score, 999)::text, 3, '0'), lower(site_name), site_id) AS key FROM scored)
         SELECT * FROM listed WHERE ${at.where} ORDER BY ${at.orderBy} LIMIT $6`,
        [BOXES, POWERS, this.since(unseenDays), null, WEIGHTS, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.key], row }));
  }

  private since(days: number): Date {
    return new Date(this.clock.now().getTime() - days * DAY_MS);
  }
}
