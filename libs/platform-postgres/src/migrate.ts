import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { translate } from './driver-errors.js';
import { helperFunctions } from './helper-functions.js';
import { roleNames } from './names.js';
import { ensureRoles, ensureSchema, revokeExcess, type RolePasswords } from './service-roles.js';

export interface MigrateOptions {
  /** Connection string of a role that may create roles and schemas; a direct connection, not through a pooler. */
  adminUrl: string;
  schema: string;
  /** Folder of `NNNN_name.sql` files, applied in order, each in a transaction of its own. */
  migrations: URL;
  password: RolePasswords;
  /** Further steps after the migrations, under the same lock, as the owner. */
  after?: (owner: Client) => Promise<void>;
  log?: (line: string) => void;
}

/**
 * Brings roles, schema and tables of one service to the state of its migrations: forward only, repeatable, and safe when
 * several launchers do it at once (the later ones wait for the first). Returns the names of the files it applied.
 */
export async function migrateService(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { adminUrl, schema, password } = options;
  const { owner } = roleNames(schema);
  const client = new Client({ connectionString: adminUrl, application_name: `ampline-migrate-${schema}` });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (e) {
    throw translate(e);
  }
  try {
    await client.query(`SELECT pg_advisory_lock(hashtextextended('ampline.migrate.' || $1, 0))`, [schema]);
    await ensureRoles(client, adminUrl, schema, password);
    await ensureSchema(client, schema);
    await client.query(`SET ROLE ${owner}; SELECT set_config('ampline.migration', 'on', false)`);
    await client.query(helperFunctions(schema));
    const applied = await applyFiles(client, options);
    await revokeExcess(client, schema);
    await options.after?.(client);
    return { applied };
  } finally {
    await client.end();
  }
}

async function applyFiles(dbClient: Client, { schema, migrations, log }: MigrateOptions): Promise<string[]> {
  // Needed once at start: not worth its memory in every process that uses a database.
  const { runner } = await import('node-pg-migrate');
  const done = await runner({
    dbClient,
    dir: fileURLToPath(migrations),
    direction: 'up',
    schema,
    migrationsSchema: schema,
    migrationsTable: 'pgmigrations',
    noLock: true,
    log: log ?? (() => undefined),
  });
  return done.map((migration) => migration.name);
}
