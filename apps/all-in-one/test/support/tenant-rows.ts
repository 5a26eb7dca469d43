import { eventually } from '@ampline/platform-testing';
import { services } from '../../src/registry.js';
import type { Platform } from './platform.js';

/** Of the database, one for each service that has one. */
export const SCHEMAS = services.flatMap(({ database }) => (database ? [database.schema] : []));

/** Digests of all rows of a tenant, by table. */
export async function rowsOf(platform: Platform, tenantId: string): Promise<Record<string, string>> {
  const tables = await platform.sql<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = 'tenant_id' ORDER BY 1, 2`,
    [SCHEMAS],
  );
  const digests: Record<string, string> = {};
  for (const { schema, name } of tables) {
    const [row] = await platform.sql<{ digest: string | null }>(
      `SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS digest FROM ${schema}.${name} t WHERE tenant_id = $1`,
      [tenantId],
    );
    if (row?.digest) digests[`${schema}.${name}`] = row.digest;
  }
  return digests;
}

/** Waits until everything that was told has been published, and the work that it left behind is done. */
export async function settled(platform: Platform, schema: string): Promise<void> {
  await eventually(async () => (await platform.sql(`SELECT 1 FROM ${schema}.outbox WHERE published_at IS NULL`)).length === 0);
  // An id token that changed: its tenant's local lists are looked at a little later.
  if (schema === 'csms') await eventually(async () => (await platform.sql('SELECT 1 FROM csms.local_list_change')).length === 0);
}
