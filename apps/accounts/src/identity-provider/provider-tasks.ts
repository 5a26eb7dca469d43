import type { Clock } from '@ampline/kernel-time';
import type { Role } from '@ampline/platform-grpc';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Locale } from '../fields.js';
import type { StoredUserStatus, UserRow } from '../users/users.mapping.js';

/** Longer than everything that is asked of the provider for one user may take. */
const CLAIM_MS = 60_000;
const BACKOFF_MS = { first: 1_000, most: 300_000 };

/** A user whom the identity provider does not yet know as they are here. */
export interface ProviderTask {
  userId: string;
  request: bigint;
  tries: number;
  subject: string;
  status: StoredUserStatus;
  roles: Role[];
  locale: Locale;
  /** Null once the user is deleted, as is the name. */
  email: string | null;
  name: string | null;
  tenantSlug: string;
}

/**
 * What the identity provider has still to learn: one row per user, whatever it is and however much of it. What is done is to bring the
 * provider to the state of now, so it does not matter how many changes a task stands for.
 */
export class ProviderTasks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Part of the transaction that changes the user. Who never was at the provider is not told of there. */
  async add(tx: Tx, user: UserRow): Promise<void> {
    if (user.identity_subject === null) return;
    await tx.query(
      `INSERT INTO provider_task AS t (user_id, tenant_id, next_try_at) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET request = t.request + 1, next_try_at = excluded.next_try_at, tries = 0`,
      [user.user_id, user.tenant_id, this.clock.now()],
    );
  }

  /** Tasks that are due, of one user or of all, for the caller alone to do within a minute. */
  async claim(limit: number, userId?: string): Promise<ProviderTask[]> {
    const now = this.clock.now();
    return this.database.asWorker((tx) =>
      tx.query<ProviderTask>(
        `WITH claimed AS (
           UPDATE provider_task SET claimed_until = $2, tries = tries + 1
            WHERE user_id IN (
              SELECT user_id FROM provider_task
               WHERE next_try_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1) AND ($3::uuid IS NULL OR user_id = $3)
               ORDER BY next_try_at LIMIT $4 FOR UPDATE SKIP LOCKED)
           RETURNING user_id, request, tries)
         SELECT user_id AS "userId", request, tries, identity_subject AS subject, u.status, roles, locale, email, u.name, slug AS "tenantSlug"
           FROM claimed JOIN app_user u USING (user_id) JOIN tenant t ON t.tenant_id = u.tenant_id
          WHERE identity_subject IS NOT NULL`,
        [now, new Date(now.getTime() + CLAIM_MS), userId ?? null, limit],
      ),
    );
  }

  /** The provider is where the task wanted it; what was asked for meanwhile is due at once. */
  async done({ userId, request, status }: ProviderTask): Promise<void> {
    await this.database.asWorker(async (tx) => {
      const rows = await tx.query('DELETE FROM provider_task WHERE user_id = $1 AND request = $2 RETURNING 1', [userId, request]);
      if (rows.length === 0) await tx.query('UPDATE provider_task SET claimed_until = NULL WHERE user_id = $1', [userId]);
      if (status === 'deleted') await tx.query(`UPDATE app_user SET identity_subject = NULL WHERE user_id = $1`, [userId]);
    });
  }

  /** To be tried again, later each time. */
  async failed({ userId, request, tries }: ProviderTask, code: string): Promise<void> {
    const pauseMs = Math.min(BACKOFF_MS.first * 2 ** (tries - 1), BACKOFF_MS.most);
    await this.database.query(
      `UPDATE provider_task SET claimed_until = NULL, failure = $3, next_try_at = CASE WHEN request = $2 THEN $4 ELSE next_try_at END
        WHERE user_id = $1`,
      [userId, request, code, new Date(this.clock.now().getTime() + pauseMs)],
    );
  }

  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ tasks: number }>('SELECT count(*)::int AS tasks FROM provider_task');
    return row?.tasks ?? 0;
  }

  /** Whether the user is known here by this id of the provider, and in which state it is. */
  async userOf(userId: string, subject: string): Promise<{ known: boolean; deleted: boolean }> {
    const [row] = await this.database.query<{ known: boolean; deleted: boolean }>(
      `SELECT identity_subject IS NOT DISTINCT FROM $2 AS known, status = 'deleted' AS deleted FROM app_user WHERE user_id = $1`,
      [userId, subject],
    );
    return row ?? { known: false, deleted: true };
  }
}
