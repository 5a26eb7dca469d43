import type { Clock, Timers } from '@ampline/kernel-time';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { pauseUntil } from '../pause.js';
import { tellCommands } from './command-fact.js';
import { COMMAND_COLUMNS, type CommandRow } from './command-row.js';

const EVERY_MS = 5_000;
/** The sender of a command has this long after its deadline to store how it ended. */
const SETTLE_MS = 5_000;
const LEASE_TTL_MS = 15_000;

const SWEEP = `UPDATE command SET outcome = 'timeout', completed_at = $1, version = version + 1
  WHERE outcome = 'pending' AND deadline < $2 RETURNING ${COMMAND_COLUMNS}`;

const EXPIRE = `UPDATE command SET outcome = 'expired', completed_at = $1, version = version + 1
  WHERE command_id IN (SELECT command_id FROM command WHERE outcome = 'queued' AND queue_until <= $1 LIMIT 1000) AND outcome = 'queued'
  RETURNING ${COMMAND_COLUMNS}`;

/**
 * Ends commands whose sender died between storing them and storing their outcome: they may or may not have been carried out. And those
 * whose station did not connect in time.
 */
export class CommandSweeper {
  private readonly lease: Lease;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    instance: string,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {
    this.lease = new Lease(database, 'command-sweeper', { ttlMs: LEASE_TTL_MS, holder: instance }, telemetry);
  }

  start(): void {
    this.lease.run(async (signal, epoch) => {
      while (!signal.aborted) {
        await this.sweep(epoch);
        await pauseUntil(this.timers, EVERY_MS, signal);
      }
    });
  }

  async stop(): Promise<void> {
    await this.lease.stop();
  }

  private async sweep(epoch: bigint): Promise<void> {
    const now = this.clock.now();
    const ended = await this.database.asWorker(async (tx) => {
      await assertFence(tx, this.lease.name, epoch);
      const rows = await tx.query<CommandRow>(SWEEP, [now, new Date(now.getTime() - SETTLE_MS)]);
      await tellCommands(tx, this.outbox, [...rows, ...(await tx.query<CommandRow>(EXPIRE, [now]))], now);
      return rows;
    });
    for (const row of ended) {
      this.telemetry.logger.warn('command.given-up', { commandId: row.command_id, stationId: row.station_id, action: row.action });
    }
  }
}
