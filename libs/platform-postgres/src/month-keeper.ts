import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@ampline/kernel-time';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Database } from './database.js';
import { identifier } from './names.js';

export interface KeptMonths {
  /** Function of the owner that drops the months which ended before its date, and returns the names of their partitions. */
  dropMonths: string;
  /** Whole months kept after the current one; 0 keeps everything. */
  months: number;
}

const EVERY_MS = 6 * 3_600_000;

/** Drops monthly partitions (UTC) when they are old enough. Every replica may run one: the second finds nothing left to drop. */
export class MonthKeeper {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly kept: KeptMonths,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {
    identifier(kept.dropMonths);
  }

  start(): void {
    if (this.kept.months > 0) this.running = this.repeat(this.stopped.signal);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Drops what is too old now; returns the names of the partitions. */
  async keep(): Promise<string[]> {
    const now = this.clock.now();
    const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - this.kept.months, 1)).toISOString().slice(0, 10);
    const rows = await this.db.query<{ partition: string }>(`SELECT ${this.kept.dropMonths}($1::date) AS partition`, [before]);
    const dropped = rows.map((row) => row.partition);
    if (dropped.length > 0) this.telemetry.logger.info('database.months-dropped', { before, dropped });
    return dropped;
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.keep();
      } catch (error) {
        // Database away, or a month in use: there are hours left until the next one is due.
        this.telemetry.logger.warn('database.months-not-dropped', { function: this.kept.dropMonths }, error);
      }
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
