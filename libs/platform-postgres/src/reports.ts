import { Client } from 'pg';
import { identifier, roleNames } from './names.js';

export interface Problem {
  /** `<schema>.<table>` or the role. */
  subject: string;
  problem: string;
}

interface TableRow {
  name: string;
  partition: boolean;
  has_tenant: boolean;
  enabled: boolean;
  forced: boolean;
  owner: string;
  granted: string[];
  app_policies: string[];
}

const TABLES = `
SELECT c.relname AS name, c.relispartition AS partition, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS has_tenant,
       ARRAY(SELECT r.rolname::text FROM pg_roles r WHERE r.rolname IN ($2, $3)
               AND has_table_privilege(r.rolname, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')) AS granted,
       ARRAY(SELECT coalesce(p.qual, '') || coalesce(p.with_check, '') FROM pg_policies p
              WHERE p.schemaname = $1 AND p.tablename = c.relname AND $2 = ANY (p.roles)) AS app_policies
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') ORDER BY c.relname`;

/**
 * What is wrong with row security and grants in the schemas; an empty list is good. Tables with `tenant_id` must force row
 * security with a tenant policy for the request role, partitions must be reachable through their parent alone, and everything
 * must belong to the owner role.
 */
export async function rlsReport(url: string, schemas: string[]): Promise<Problem[]> {
  return withClient(url, async (client) => {
    const problems: Problem[] = [];
    for (const schema of schemas.map(identifier)) {
      const { owner, app, worker } = roleNames(schema);
      const { rows } = await client.query<TableRow>(TABLES, [schema, app, worker]);
      if (rows.length === 0) problems.push({ subject: schema, problem: 'has no tables' });
      for (const row of rows)
        problems.push(...tableProblems(row, owner, app).map((problem) => ({ subject: `${schema}.${row.name}`, problem })));
      for (const role of [owner, app, worker])
        problems.push(...(await roleProblems(client, role)).filter((p) => role !== owner || p.problem !== OWNS));
    }
    return problems;
  });
}

/** What is wrong with the role that `url` logs in as; an empty list is good. */
export async function roleReport(url: string): Promise<Problem[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ role: string }>('SELECT current_user AS role');
    return roleProblems(client, rows[0]?.role ?? '');
  });
}

const OWNS = 'owns tables';

async function roleProblems(client: Client, role: string): Promise<Problem[]> {
  const { rows } = await client.query<{ super: boolean; bypass: boolean; creates: boolean; owns: boolean; member: boolean }>(
    `SELECT r.rolsuper AS super, r.rolbypassrls AS bypass, r.rolcreaterole OR r.rolcreatedb AS creates,
            EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')) AS owns,
            EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS member
       FROM pg_roles r WHERE r.rolname = $1`,
    [role],
  );
  const row = rows[0];
  if (!row) return [{ subject: role, problem: 'does not exist' }];
  const found = [
    row.super && 'is a superuser',
    row.bypass && 'bypasses row security',
    row.creates && 'may create roles or databases',
    row.owns && OWNS,
    row.member && 'is a member of another role',
  ];
  return found.filter((problem) => problem !== false).map((problem) => ({ subject: role, problem }));
}

function tableProblems(row: TableRow, owner: string, app: string): string[] {
  const tenantTable = row.has_tenant && !row.partition;
  const reached = row.granted.includes(app);
  const found = [
    row.owner !== owner && `belongs to ${row.owner}`,
    row.partition && row.granted.length > 0 && `is a partition with grants to ${row.granted.join(', ')}`,
    tenantTable && !row.enabled && 'has tenant_id but no row security',
    tenantTable && row.enabled && !row.forced && 'does not force row security on its owner',
    tenantTable && reached && row.app_policies.length === 0 && 'has no policy for the request role, but grants to it',
    tenantTable && row.app_policies.some((policy) => !policy.includes('ampline.tenant')) && 'has a policy that does not ask for the tenant',
  ];
  return found.filter((problem) => problem !== false);
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
