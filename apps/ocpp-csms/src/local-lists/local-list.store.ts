import { cursorText, type Database, type Page } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import type { ListEntry } from './domain/entry.js';
import { LIST_COLUMNS, type ListRow } from './local-list-row.js';
import { POLICY_COLUMNS, policyOf, type PolicyRow } from './policy.js';

/** The list of a station, as far as there is one. */
export interface FoundList {
  row: ListRow | undefined;
  policy: PolicyRow | undefined;
}

const ENTRIES = `
  SELECT lower(e ->> 'idTag') AS key, e AS entry FROM local_list, jsonb_array_elements(entries) e
   WHERE station_id = $1 AND held_version IS NOT NULL AND ($2::text IS NULL OR lower(e ->> 'idTag') COLLATE "C" > $2)
   ORDER BY lower(e ->> 'idTag') COLLATE "C" LIMIT $3`;

/** Reads lists and policies of a tenant. */
export class LocalListStore {
  constructor(private readonly database: Database) {}

  /** The tenant's own first, then those of sites, then those of stations. */
  policies(tenantId: string): Promise<PolicyRow[]> {
    return this.database.asTenant(tenantId, (tx) =>
      tx.query<PolicyRow>(
        `SELECT ${POLICY_COLUMNS} FROM local_list_policy p WHERE p.tenant_id = $1
          ORDER BY p.station_id IS NOT NULL, p.site_id IS NOT NULL, p.updated_at, p.policy_id`,
        [tenantId],
      ),
    );
  }

  /** Throws `csms.station-unknown`. */
  get(tenantId: string, stationId: string): Promise<FoundList> {
    return this.database.asTenant(tenantId, async (tx) => {
      const station = await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]);
      if (!station) throw csmsErrors.stationUnknown();
      const row = await tx.one<ListRow>(`SELECT ${LIST_COLUMNS} FROM local_list WHERE station_id = $1`, [stationId]);
      return { row, policy: await policyOf(tx, stationId) };
    });
  }

  /** By id token, one more than the page holds. Throws `csms.station-unknown`. */
  async entries(tenantId: string, stationId: string, page: Page): Promise<{ key: string; entry: ListEntry }[]> {
    await this.get(tenantId, stationId);
    const after = cursorText(page, 'text') ?? null;
    return this.database.asTenant(tenantId, (tx) =>
      tx.query<{ key: string; entry: ListEntry }>(ENTRIES, [stationId, after, page.limit + 1]),
    );
  }
}
