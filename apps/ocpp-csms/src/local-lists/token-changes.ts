import type { Tx } from '@ampline/platform-postgres';

/** The lock on the row keeps a change that is not committed yet from being taken for seen. Rows in one order: batches do not deadlock. */
const NOTE = `
  INSERT INTO local_list_change AS c (tenant_id, changed_at) SELECT DISTINCT id, now() FROM unnest($1::uuid[]) AS id ORDER BY id
  ON CONFLICT (tenant_id) DO UPDATE SET changed_at = c.changed_at`;

/** Notes that what lists are made of has changed at these tenants, in the transaction of the change. */
export async function noteTokenChanges(tx: Tx, tenantIds: readonly string[]): Promise<void> {
  if (tenantIds.length > 0) await tx.query(NOTE, [tenantIds]);
}
