import { isUuid, uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import { identityErrors } from '../errors.js';

/** A user of the realm. */
export interface User {
  /** `sub` of the user's tokens. */
  id: string;
  /** `<tenant>/<e-mail>`. */
  username: string;
  email?: string;
  emailVerified: boolean;
  firstName?: string;
  lastName?: string;
  tenant?: string;
  enabled: boolean;
  roles: string[];
  passwordTemporary: boolean;
  createdAt: Date;
}

export type NewUser = Omit<User, 'id' | 'createdAt' | 'roles' | 'passwordTemporary'> & {
  passwordHash?: string;
  passwordTemporary?: boolean;
};
/** What is absent stays as it is; what is null is taken away. */
export type UserChange = { [K in keyof Omit<User, 'id' | 'createdAt' | 'roles'>]?: User[K] | null };

/** How users are looked for; conditions add up. */
export interface UserSearch {
  username?: string;
  email?: string;
  firstName?: string;
  lastName?: string;
  /** Words that each are in one of the fields. */
  search?: string;
  /** Whole values instead of parts, of all but `search`. */
  exact: boolean;
}

interface UserRow {
  user_id: string;
  username: string;
  email: string | null;
  email_verified: boolean;
  first_name: string | null;
  last_name: string | null;
  tenant: string | null;
  enabled: boolean;
  roles: string[];
  password_temporary: boolean;
  created_at: Date;
}

const COLUMNS = 'user_id, username, email, email_verified, first_name, last_name, tenant, enabled, roles, password_temporary, created_at';
const SEARCHED = { username: 'username', email: 'email', firstName: 'first_name', lastName: 'last_name' } as const;

/** Users of the realm. What takes a user's access away ends its logins in the same transaction. */
export class UserStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws `identity.username-taken`. */
  async create(user: NewUser): Promise<string> {
    const id = uuidv7();
    await taken(
      this.database.query(
        `INSERT INTO realm_user (user_id, username, email, email_verified, first_name, last_name, tenant, enabled, password_hash,
                                 password_temporary, created_at)
         VALUES ($1, lower($2), lower($3), $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          id,
          user.username,
          user.email ?? null,
          user.emailVerified,
          user.firstName ?? null,
          user.lastName ?? null,
          user.tenant ?? null,
          user.enabled,
          user.passwordHash ?? null,
          user.passwordTemporary ?? false,
          this.clock.now(),
        ],
      ),
    );
    return id;
  }

  async find(id: string): Promise<User | undefined> {
    if (!isUuid(id)) return undefined;
    const [row] = await this.database.query<UserRow>(`SELECT ${COLUMNS} FROM realm_user WHERE user_id = $1`, [id]);
    return row && userOf(row);
  }

  /** Users by name or e-mail with their password hashes, for a login: at most one by name, maybe several by e-mail. */
  async candidates(login: string): Promise<{ user: User; passwordHash: string | undefined }[]> {
    const rows = await this.database.query<UserRow & { password_hash: string | null }>(
      `SELECT ${COLUMNS}, password_hash FROM realm_user WHERE username = lower($1) OR email = lower($1) ORDER BY username LIMIT 8`,
      [login],
    );
    return rows.map((row) => ({ user: userOf(row), passwordHash: row.password_hash ?? undefined }));
  }

  async list(search: UserSearch, first: number, max: number): Promise<User[]> {
    const { where, params } = conditions(search);
    const rows = await this.database.query<UserRow>(
      `SELECT ${COLUMNS} FROM realm_user WHERE ${where} ORDER BY username OFFSET $${params.length + 1} LIMIT $${params.length + 2}`,
      [...params, first, max],
    );
    return rows.map(userOf);
  }

  async count(search: UserSearch): Promise<number> {
    const { where, params } = conditions(search);
    const [row] = await this.database.query<{ users: number }>(`SELECT count(*)::int AS users FROM realm_user WHERE ${where}`, params);
    return row?.users ?? 0;
  }

  /** Throws `identity.user-unknown`, `identity.username-taken`. */
  async change(id: string, change: UserChange): Promise<void> {
    const set = Object.entries({
      username: change.username?.toLowerCase(),
      email: change.email === null ? null : change.email?.toLowerCase(),
      email_verified: change.emailVerified,
      first_name: change.firstName,
      last_name: change.lastName,
      tenant: change.tenant,
      enabled: change.enabled,
      password_temporary: change.passwordTemporary,
    }).filter(([, value]) => value !== undefined);
    const assignments = ['user_id = user_id', ...set.map(([column], i) => `${column} = $${i + 2}`)].join(', ');
    await taken(
      this.database.asWorker(async (tx) => {
        await one(tx, `UPDATE realm_user SET ${assignments} WHERE user_id = $1 RETURNING user_id`, [id, ...set.map(([, value]) => value)]);
        if (change.enabled === false) await endLogins(tx, id);
      }),
    );
  }

  /** Ends the user's logins. Throws `identity.user-unknown`. */
  setPassword(id: string, passwordHash: string, temporary: boolean): Promise<void> {
    return this.database.asWorker(async (tx) => {
      await one(tx, 'UPDATE realm_user SET password_hash = $2, password_temporary = $3 WHERE user_id = $1 RETURNING user_id', [
        id,
        passwordHash,
        temporary,
      ]);
      await endLogins(tx, id);
    });
  }

  /** Throws `identity.user-unknown`. */
  changeRoles(id: string, add: readonly string[], remove: readonly string[]): Promise<void> {
    return this.database.asWorker(async (tx) => {
      await one(
        tx,
        `UPDATE realm_user SET roles = ARRAY(SELECT DISTINCT role FROM unnest(roles || $2::text[]) AS role WHERE role <> ALL ($3::text[]) ORDER BY 1)
          WHERE user_id = $1 RETURNING user_id`,
        [id, add, remove],
      );
    });
  }

  /** Ends all logins of the user: sessions, refresh tokens, codes. Throws `identity.user-unknown`. */
  logOut(id: string): Promise<void> {
    return this.database.asWorker(async (tx) => {
      await one(tx, 'SELECT user_id FROM realm_user WHERE user_id = $1', [id]);
      await endLogins(tx, id);
    });
  }

  /** Throws `identity.user-unknown`. */
  remove(id: string): Promise<void> {
    return this.database.asWorker(async (tx) => {
      await one(tx, 'DELETE FROM realm_user WHERE user_id = $1 RETURNING user_id', [id]);
      await endLogins(tx, id);
    });
  }
}

async function endLogins(tx: Tx, id: string): Promise<void> {
  await tx.query('DELETE FROM provider_record WHERE account_id = $1', [id]);
}

/** A statement about the user `params[0]`. Throws `identity.user-unknown`. */
async function one(tx: Tx, sql: string, params: [string, ...unknown[]]): Promise<void> {
  if (!isUuid(params[0]) || !(await tx.one(sql, params))) throw identityErrors.userUnknown();
}

async function taken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (cause) {
    throw uniqueViolation(cause) === undefined ? cause : identityErrors.usernameTaken(undefined, cause);
  }
}

/** As in Keycloak: named fields by parts of them unless `exact`; words of `search` by how a field begins, `*word*` within, `"word"` as a whole. */
function conditions(search: UserSearch): { where: string; params: string[] } {
  const params: string[] = [];
  const like = (columns: readonly string[], pattern: string) => {
    params.push(pattern);
    return `(${columns.map((column) => `lower(${column}) LIKE $${params.length}`).join(' OR ')})`;
  };
  const named = Object.entries(SEARCHED).flatMap(([key, column]) => {
    const text = search[key as keyof typeof SEARCHED];
    if (text === undefined) return [];
    return [like([column], search.exact ? literal(text) : `%${literal(text)}%`)];
  });
  const words = (search.search ?? '').split(/\s+/).filter((word) => word !== '');
  return { where: ['true', ...named, ...words.map((word) => like(Object.values(SEARCHED), patternOf(word)))].join(' AND '), params };
}

function patternOf(word: string): string {
  if (/^".*"$/.test(word)) return literal(word.slice(1, -1));
  return word.startsWith('*') ? `%${literal(word.replace(/^\*|\*$/g, ''))}%` : `${literal(word.replace(/\*$/, ''))}%`;
}

/** The text itself, for LIKE. */
const literal = (text: string) => text.toLowerCase().replace(/[\\%_]/g, '\\$&');

function userOf(row: UserRow): User {
  return {
    id: row.user_id,
    username: row.username,
    ...(row.email !== null && { email: row.email }),
    emailVerified: row.email_verified,
    ...(row.first_name !== null && { firstName: row.first_name }),
    ...(row.last_name !== null && { lastName: row.last_name }),
    ...(row.tenant !== null && { tenant: row.tenant }),
    enabled: row.enabled,
    roles: row.roles,
    passwordTemporary: row.password_temporary,
    createdAt: row.created_at,
  };
}
