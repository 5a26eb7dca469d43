import type { Clock, Timers } from '@ampline/kernel-time';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { pauseUntil } from '../pause.js';

const EVERY_MS = 600_000;
const AT_ONCE = 10_000;
const LEASE_TTL_MS = 15_000;
const DAY_MS = 86_400_000;

/** Runs before their commands: a run never names a command that is gone. Its stations go with it. */
const PRUNE = [
  `DELETE FROM command_run WHERE run_id IN (SELECT run_id FROM command_run WHERE requested_at < $1 AND state <> 'running' LIMIT 10) RETURNING 1`,
  `DELETE FROM command WHERE command_id IN (SELECT command_id FROM command c WHERE requested_at < $1 AND outcome NOT IN ('queued', 'pending')
     AND NOT EXISTS (SELECT FROM command_run_station s WHERE s.command_id = c.command_id) LIMIT ${AT_ONCE}) RETURNING 1`,
];

/** Deletes commands and command runs that are older than they are kept. One replica does it at a time. */
export class CommandPruning {
  private readonly lease: Lease;

  constructor(
    private readonly database: Database,
    private readonly keptDays: number,
    instance: string,
    private readonly clock: Clock,
    private readonly timers: Timers,
    telemetry: Telemetry,
  ) {
    this.lease = new Lease(database, 'command-pruning', { ttlMs: LEASE_TTL_MS, holder: instance }, telemetry);
  }

  start(): void {
    this.lease.run(async (signal, epoch) => {
      while (!signal.aborted) {
        if ((await this.prune(epoch)) === 0) await pauseUntil(this.timers, EVERY_MS, signal);
      }
    });
  }

  async stop(): Promise<void> {
    await this.lease.stop();
  }

  private prune(epoch: bigint): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.keptDays * DAY_MS);
    return this.database.asWorker(async (tx) => {
      await assertFence(tx, this.lease.name, epoch);
      let gone = 0;
      for (const statement of PRUNE) gone += (await tx.query(statement, [before])).length;
      return gone;
    });
  }
}
