import type { Tx } from '@ampline/platform-postgres';
import type { SelectedToken } from './domain/entry.js';

export type Selection = 'unmanaged' | 'all' | 'groups' | 'chosen';

/** A row of `local_list_policy`. */
export interface PolicyRow {
  policy_id: string;
  tenant_id: string;
  site_id: string | null;
  station_id: string | null;
  selection: Selection;
  group_ids: string[];
  id_token_ids: string[];
  /** Of those that are known, by id. */
  id_tokens: Record<string, string>;
  updated_by: string;
  updated_at: Date;
}

/** Columns of {@link PolicyRow}, of the table `local_list_policy` by its alias `p`. */
export const POLICY_COLUMNS = `p.policy_id, p.tenant_id, p.site_id, p.station_id, p.selection, p.group_ids, p.id_token_ids,
  (SELECT coalesce(jsonb_object_agg(id_token_id, id_token), '{}') FROM id_token WHERE id_token_id = ANY(p.id_token_ids)) AS id_tokens,
  p.updated_by, p.updated_at`;

/** Policies `p` of a station `s` at a location `l`. */
export const POLICY_OF_STATION = `p.tenant_id = s.tenant_id
  AND (p.station_id = s.station_id OR p.site_id = l.site_id OR p.station_id IS NULL AND p.site_id IS NULL)`;

/** The station's own, else its site's, else the tenant's. */
const FIND = `
  SELECT ${POLICY_COLUMNS} FROM charging_station s JOIN location l USING (location_id)
    JOIN local_list_policy p ON ${POLICY_OF_STATION}
   WHERE s.station_id = $1 ORDER BY p.station_id IS NULL, p.site_id IS NULL LIMIT 1`;
/** Oldest first: which ones are left out of a list that is too short does not change from day to day. */
const TOKENS = `
  SELECT id_token, expires_at, group_token FROM id_token JOIN tenant t USING (tenant_id)
   WHERE tenant_id = $1 AND t.status = 'active' AND id_token.status = 'active' AND (expires_at IS NULL OR expires_at > $2)
     AND ($3 = 'all' OR $3 = 'groups' AND group_id = ANY($4) OR $3 = 'chosen' AND id_token_id = ANY($5))
   ORDER BY id_token_id`;

/** The policy that holds for a station, if any does. */
export function policyOf(tx: Tx, stationId: string): Promise<PolicyRow | undefined> {
  return tx.one<PolicyRow>(FIND, [stationId]);
}

/** The id tokens that may charge now and that the policy selects; of a suspended tenant none. */
export async function selectedTokens(tx: Tx, policy: PolicyRow, now: Date): Promise<SelectedToken[]> {
  const rows = await tx.query<{ id_token: string; expires_at: Date | null; group_token: string | null }>(TOKENS, [
    policy.tenant_id,
    now,
    policy.selection,
    policy.group_ids,
    policy.id_token_ids,
  ]);
  return rows.map((row) => ({
    idToken: row.id_token,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    ...(row.group_token !== null && { groupToken: row.group_token }),
  }));
}
