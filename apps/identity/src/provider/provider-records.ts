import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';

/** What the provider keeps, beyond what it does itself with it. */
export class ProviderRecords {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async sessionLives(uid: string): Promise<boolean> {
    const rows = await this.database.query(`SELECT FROM provider_record WHERE model = 'Session' AND uid = $1 AND expires_at > $2`, [
      uid,
      this.clock.now(),
    ]);
    return rows.length > 0;
  }

  /** Ends a session with all that came of it. */
  async endSession(uid: string, grantIds: readonly string[]): Promise<void> {
    await this.database.query('DELETE FROM provider_record WHERE session_uid = $1 OR grant_id = ANY ($2)', [uid, grantIds]);
  }

  /** Drops what has expired, and failures that are forgotten. Returns how many rows. */
  async prune(failuresBefore: Date): Promise<number> {
    const pruned = await this.database.query<{ rows: number }>(
      `WITH expired AS (DELETE FROM provider_record WHERE expires_at < $1 RETURNING 1),
            forgotten AS (DELETE FROM login_failure WHERE last_at < $2 RETURNING 1)
       SELECT (SELECT count(*) FROM expired)::int + (SELECT count(*) FROM forgotten)::int AS rows`,
      [this.clock.now(), failuresBefore],
    );
    return pruned[0]?.rows ?? 0;
  }
}
