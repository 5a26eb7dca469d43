import { createRequire } from 'node:module';
import { identifier, roleNames } from '@ampline/platform-postgres';
import pg from 'pg';
import { getConstructionPlans, getMigrationPlans } from 'pg-boss';

/** pg-boss has its tables in a schema of their own beside the service's. */
export function jobsSchema(schema: string): string {
  return `${identifier(schema)}_jobs`;
}

/**
 * Brings the tables of pg-boss to the version of the library: after `migrateService`, which makes the roles. The owner role
 * owns them, the worker role reads and writes them; at run time nothing changes the schema.
 */
export async function migrateJobs(options: { adminUrl: string; schema: string }): Promise<void> {
  const schema = jobsSchema(options.schema);
  const { owner, worker } = roleNames(options.schema);
  const client = new pg.Client({ connectionString: options.adminUrl, application_name: `ampline-migrate-${schema}` });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtextextended('ampline.migrate.' || $1, 0))`, [schema]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner}; SET ROLE ${owner}`);
    const plan = await missingSteps(client, schema);
    if (plan !== undefined) await client.query(plan);
    await client.query(`
      GRANT USAGE ON SCHEMA ${schema} TO ${worker};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${worker};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${worker};
    `);
  } finally {
    await client.end();
  }
}

/** The script of pg-boss, which has its own transaction; undefined when there is nothing to do. */
async function missingSteps(client: pg.Client, schema: string): Promise<string | undefined> {
  const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as { pgboss: { schema: number } };
  const { rows } = await client.query<{ installed: boolean }>('SELECT to_regclass($1) IS NOT NULL AS installed', [`${schema}.version`]);
  if (!rows[0]?.installed) return getConstructionPlans(schema, { createSchema: false });
  const present = await client.query<{ version: number }>(`SELECT version FROM ${schema}.version`);
  const version = present.rows[0]?.version ?? 0;
  return version < pgboss.schema ? getMigrationPlans(schema, version) : undefined;
}
