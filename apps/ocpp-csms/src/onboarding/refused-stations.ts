import type { RefusalReason } from '@ampline/contracts';
import type { TimerHandle, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';

/** An attempt of an unknown identity that was refused. */
export interface RefusedAttempt {
  tenantId: string;
  identity: string;
  remoteAddress: string;
  reason: RefusalReason;
  at: Date;
}

interface Noted extends RefusedAttempt {
  attempts: number;
  firstAt: Date;
}

/** Refused identities that one tenant keeps, blocked ones not counted. */
export const MOST_UNKNOWN = 500;
/** Identities that a replica gathers between two writes; what is beyond them in a flood is counted in the metrics alone. */
const MOST_GATHERED = 1_000;
const WRITE_EVERY_MS = 1_000;
const LONGEST_IDENTITY = 48;
const LONGEST_ADDRESS = 64;

/** Rows in the order of their key: two replicas that write the same identities wait for each other and do not deadlock. */
const WRITE = `
  INSERT INTO unknown_station AS u (tenant_id, identity, remote_address, reason, attempts, first_seen_at, last_seen_at)
  SELECT n.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
    AS n (tenant_id, identity, remote_address, reason, attempts, first_seen_at, last_seen_at)
   ORDER BY tenant_id, lower(identity)
  ON CONFLICT (tenant_id, identity_key) DO UPDATE SET
    attempts = u.attempts + excluded.attempts, remote_address = excluded.remote_address, reason = excluded.reason,
    identity = excluded.identity, last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at)`;

const PRUNE = `
  DELETE FROM unknown_station WHERE NOT blocked AND (tenant_id, identity_key) IN (
    SELECT tenant_id, identity_key FROM (
      SELECT tenant_id, identity_key, row_number() OVER (PARTITION BY tenant_id ORDER BY last_seen_at DESC, identity_key DESC) AS place
        FROM unknown_station WHERE tenant_id = ANY($1) AND NOT blocked) AS ranked
     WHERE place > $2 ORDER BY tenant_id, identity_key)`;

/**
 * Remembers which unknown identities were refused, for people to see who knocks. Gathered and written once a second, so that a flood
 * is one statement; it may be lost with the process.
 */
export class RefusedStations {
  private pending = new Map<string, Noted>();
  private timer: TimerHandle | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  note(attempt: RefusedAttempt): void {
    const identity = attempt.identity.slice(0, LONGEST_IDENTITY).replaceAll('\0', '\uFFFD');
    const key = `${attempt.tenantId}/${identity.toLowerCase()}`;
    const noted = this.pending.get(key);
    if (noted === undefined && this.pending.size >= MOST_GATHERED) return;
    const { attempts, firstAt } = noted ?? { attempts: 0, firstAt: attempt.at };
    this.pending.set(key, { ...attempt, identity, attempts: attempts + 1, firstAt });
    this.timer ??= this.timers.setTimeout(() => this.flush(), WRITE_EVERY_MS);
  }

  /** Writes what was noted; resolves when it is written. */
  async stop(): Promise<void> {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.flush();
    await this.writing;
  }

  private flush(): void {
    this.timer = undefined;
    if (this.pending.size === 0) return;
    const noted = [...this.pending.values()];
    this.pending = new Map();
    this.writing = this.writing.then(() => this.write(noted));
  }

  private async write(noted: readonly Noted[]): Promise<void> {
    try {
      await this.db.asWorker(async (tx) => {
        await tx.query(WRITE, [
          noted.map(({ tenantId }) => tenantId),
          noted.map(({ identity }) => identity),
          noted.map(({ remoteAddress }) => remoteAddress.slice(0, LONGEST_ADDRESS)),
          noted.map(({ reason }) => reason),
          noted.map(({ attempts }) => attempts),
          noted.map(({ firstAt }) => firstAt),
          noted.map(({ at }) => at),
        ]);
        await tx.query(PRUNE, [[...new Set(noted.map(({ tenantId }) => tenantId))], MOST_UNKNOWN]);
      });
    } catch (error) {
      this.telemetry.logger.warn('onboarding.refusals-not-written', { identities: noted.length }, error);
    }
  }
}
