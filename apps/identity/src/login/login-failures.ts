import { createHmac } from 'node:crypto';
import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { LOCK } from '../realm/realm-definition.js';

/** Wrong attempts in a row that a subject may have. */
export interface FailureLimits {
  user: number;
  address: number;
}

/** Failures this long ago are forgotten. */
export const FORGOTTEN_AFTER_MS = LOCK.forgottenAfterS * 1_000;

/** What an attempt is counted for: ids of the users that it names, or else the name itself; and where it comes from. */
export interface Attempt {
  names: readonly string[];
  address: string;
}

/**
 * Limits to guessing, by user and by address, shared by all replicas. An attempt is counted before the password is looked at, in one
 * statement, so that guesses made at the same time count as well; a right password takes its attempt back.
 */
export class LoginFailures {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly secret: string,
    private readonly limits: FailureLimits,
  ) {}

  /**
   * Counts an attempt. Unless it is `allowed` its password must not be accepted; when its address is locked nothing more is to be done for
   * it, and no user is the worse for it.
   */
  async begin(attempt: Attempt): Promise<'allowed' | 'user-locked' | 'address-locked'> {
    if (!(await this.count(this.address(attempt), this.limits.address))) return 'address-locked';
    const allowed = await Promise.all(this.users(attempt).map((subject) => this.count(subject, this.limits.user)));
    return allowed.includes(false) ? 'user-locked' : 'allowed';
  }

  /** The password was right. */
  async forget(attempt: Attempt): Promise<void> {
    await this.database.asWorker(async (tx) => {
      await tx.query('DELETE FROM login_failure WHERE subject = ANY ($1)', [this.users(attempt)]);
      await tx.query('UPDATE login_failure SET failures = failures - 1, locked_until = NULL WHERE subject = $1 AND failures > 0', [
        this.address(attempt),
      ]);
    });
  }

  private async count(subject: string, limit: number): Promise<boolean> {
    const now = this.clock.now();
    // From the limit on each attempt locks, the first for a minute, every further one for a minute more, as in Keycloak. While a subject
    // is locked nothing is counted.
    const rows = await this.database.query(
      `INSERT INTO login_failure AS f (subject, failures, last_at) VALUES ($1, 1, $2)
       ON CONFLICT (subject) DO UPDATE SET
         failures = CASE WHEN f.last_at < $3 THEN 1 ELSE f.failures + 1 END,
         last_at = $2,
         locked_until = CASE WHEN f.last_at >= $3 AND f.failures + 1 >= $4
           THEN $2::timestamptz + least((f.failures + 2 - $4) * $5, $6) * interval '1 second' END
       WHERE f.locked_until IS NULL OR f.locked_until <= $2
       RETURNING failures`,
      [subject, now, new Date(now.getTime() - FORGOTTEN_AFTER_MS), limit, LOCK.waitS, LOCK.longestWaitS],
    );
    return rows.length > 0;
  }

  private users(attempt: Attempt): string[] {
    return attempt.names.map((name) => this.hashed(`user:${name}`));
  }

  private address(attempt: Attempt): string {
    return this.hashed(`address:${attempt.address}`);
  }

  private hashed(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64url');
  }
}
