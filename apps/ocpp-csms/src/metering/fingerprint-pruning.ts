import { setTimeout as pause } from 'node:timers/promises';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';

const LEASE = 'meter-fingerprints';
const EVERY_MS = 600_000;
const AT_ONCE = 20_000;
/** Longer than any station keeps a message that it has no answer to. */
const KEPT_DAYS = 14;

const PRUNE = `
  DELETE FROM meter_fingerprint WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM meter_fingerprint WHERE received_at < now() - $1 * interval '1 day' LIMIT ${AT_ONCE})) RETURNING 1 AS gone`;

/** Forgets old fingerprints of meter values. One replica does it at a time. */
export class FingerprintPruning {
  private readonly lease: Lease;

  constructor(
    private readonly db: Database,
    holder: string,
    telemetry: Telemetry,
  ) {
    this.lease = new Lease(db, LEASE, { ttlMs: 15_000, holder }, telemetry);
  }

  start(): void {
    this.lease.run(async (signal, epoch) => {
      while (!signal.aborted) {
        const gone = await this.prune(epoch);
        if (gone < AT_ONCE) await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    });
  }

  stop(): Promise<void> {
    return this.lease.stop();
  }

  private prune(epoch: bigint): Promise<number> {
    return this.db.asWorker(async (tx) => {
      await assertFence(tx, LEASE, epoch);
      return (await tx.query(PRUNE, [KEPT_DAYS])).length;
    });
  }
}
