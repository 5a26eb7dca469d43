import type { UserState } from '@ampline/contracts';
import type { Role } from '@ampline/platform-grpc';
import { cursorText, pageFrom, type Database, type Page } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import { accountsErrors } from '../errors.js';
import { holding } from '../fields.js';
import { reachOf } from '../reach.js';
import { USER_COLUMNS, userState, type StoredUserStatus, type UserRow } from './users.mapping.js';

/** Which users; what is left out does not limit, but for the status: deleted ones are listed only when asked for. */
export interface UserFilter {
  /** Part of the name or the e-mail address; empty: any. */
  search: string;
  status: StoredUserStatus | undefined;
  role: Role | undefined;
  organisationId: string | null;
}

/** Users as they are looked up and listed. */
export class UserReads {
  constructor(private readonly database: Database) {}

  /** Who is no staff sees nobody but themselves. Throws `accounts.user-unknown`. */
  get({ caller, tenantId }: Asking, userId: string): Promise<UserState> {
    const only = reachOf(caller) === 'all' ? null : caller.subject;
    return this.database.asTenant(tenantId, async (tx) => {
      const row = await tx.one<UserRow>(
        `SELECT ${USER_COLUMNS} FROM app_user WHERE user_id = $1 AND ($2::text IS NULL OR user_id::text = $2)`,
        [userId, only],
      );
      if (!row) throw accountsErrors.userUnknown({ userId });
      return userState(row);
    });
  }

  /** Those of the ids that the tenant has, deleted ones too. */
  batch(tenantId: string, userIds: readonly string[]): Promise<UserState[]> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<UserRow>(`SELECT ${USER_COLUMNS} FROM app_user WHERE user_id = ANY ($1)`, [userIds]);
      return rows.map(userState);
    });
  }

  /** By id. */
  list(tenantId: string, filter: UserFilter, page: Page): Promise<{ rows: UserState[]; page: { nextCursor: string } }> {
    const { search, status, role, organisationId } = filter;
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<UserRow>(
        `SELECT ${USER_COLUMNS} FROM app_user
          WHERE ($1::uuid IS NULL OR user_id > $1) AND ($2 = '' OR name ILIKE $3 OR email ILIKE $3)
            AND CASE WHEN $4::text IS NULL THEN status <> 'deleted' ELSE status = $4 END
            AND ($5::text IS NULL OR $5 = ANY (roles)) AND ($6::uuid IS NULL OR organisation_id = $6)
          ORDER BY user_id LIMIT $7`,
        [cursorText(page, 'uuid') ?? null, search, holding(search), status ?? null, role ?? null, organisationId, page.limit + 1],
      );
      const shown = pageFrom(rows, page, (row) => [row.user_id]);
      return { rows: shown.rows.map(userState), page: shown.page };
    });
  }
}
