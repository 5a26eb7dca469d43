import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { sqlState } from './driver-errors.js';
import { roleNames } from './names.js';
import { scramVerifier } from './scram.js';

export interface RolePasswords {
  app: string;
  worker: string;
}

/** duplicate_object, unique_violation, and "tuple concurrently updated": another database of the server was being migrated. */
const RACES = new Set(['42710', '23505', 'XX000']);
const TRIES = 20;

/** Milliseconds after which the server ends what a role does; 0 = never. */
const LIMITS = {
  app: { statement_timeout: 15_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 30_000 },
  worker: { statement_timeout: 60_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 60_000 },
} as const;

/** Roles belong to the server, so launchers of different databases meet here, where no advisory lock reaches: repeat. */
export async function ensureRoles(admin: Client, adminUrl: string, schema: string, password: RolePasswords): Promise<void> {
  const roles = roleNames(schema);
  await createRole(admin, roles.owner, 'NOLOGIN');
  await createRole(admin, roles.app, 'LOGIN');
  await createRole(admin, roles.worker, 'LOGIN');
  await setPassword(admin, adminUrl, roles.app, password.app);
  await setPassword(admin, adminUrl, roles.worker, password.worker);
  await repeated(() => admin.query(`GRANT ${roles.owner} TO CURRENT_USER`));
}

/** Schema, default privileges and settings of the roles in this database. */
export async function ensureSchema(admin: Client, schema: string): Promise<void> {
  const { owner, app, worker } = roleNames(schema);
  const { rows } = await admin.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  const database = rows[0]?.name ?? '';
  await admin.query(`
    CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${owner};
    GRANT USAGE ON SCHEMA ${schema} TO ${app}, ${worker};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app}, ${worker};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES TO ${app}, ${worker};
    ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT EXECUTE ON FUNCTIONS TO ${app}, ${worker};
  `);
  for (const [role, limits] of [[app, LIMITS.app] as const, [worker, LIMITS.worker] as const]) {
    await admin.query(`ALTER ROLE ${role} IN DATABASE ${database} SET search_path = ${schema}`);
    for (const [name, ms] of Object.entries(limits)) await admin.query(`ALTER ROLE ${role} IN DATABASE ${database} SET ${name} = ${ms}`);
  }
}

/** What default privileges gave too much: partitions are reached through their parent alone, and nobody edits the migrations. */
export async function revokeExcess(owner: Client, schema: string): Promise<void> {
  const { app, worker } = roleNames(schema);
  const { rows } = await owner.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relispartition AND c.relkind IN ('r', 'p')`,
    [schema],
  );
  for (const { name } of rows) await owner.query(`REVOKE ALL ON ${name} FROM ${app}, ${worker}`);
  await owner.query(`REVOKE ALL ON ${schema}.pgmigrations FROM ${app}, ${worker}; GRANT SELECT ON ${schema}.pgmigrations TO ${worker}`);
}

async function createRole(admin: Client, role: string, login: 'LOGIN' | 'NOLOGIN'): Promise<void> {
  await repeated(async () => {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
    if (!rowCount) await admin.query(`CREATE ROLE ${role} ${login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`);
  });
}

/** Left alone when it is right already: services are connected with it. */
async function setPassword(admin: Client, adminUrl: string, role: string, password: string): Promise<void> {
  await repeated(async () => {
    if (await canLogIn(adminUrl, role, password)) return;
    await admin.query(`ALTER ROLE ${role} PASSWORD '${scramVerifier(password)}'`);
  });
}

async function canLogIn(adminUrl: string, role: string, password: string): Promise<boolean> {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  const client = new Client({ connectionString: url.href });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (e) {
    // invalid_password, invalid_authorization_specification; anything else is for the caller's own connection to tell.
    if (['28P01', '28000'].includes(sqlState(e) ?? '')) return false;
    throw e;
  }
}

async function repeated(step: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await step();
      return;
    } catch (e) {
      if (attempt === TRIES || !RACES.has(sqlState(e) ?? '')) throw e;
      await pause(10 * attempt);
    }
  }
}
