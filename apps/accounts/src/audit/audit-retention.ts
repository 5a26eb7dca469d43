import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';

const EVERY_MS = 6 * 3_600_000;

/** Drops whole months of the audit log when they are old enough. Every replica may do it: the second finds nothing left to drop. */
export class AuditRetention {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** `months`: whole months kept after the current one; 0 keeps everything. */
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly months: number,
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    if (this.months > 0) this.running = this.repeat(this.stopped.signal);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Drops what is too old now; returns the names of the partitions. */
  async keep(): Promise<string[]> {
    const now = this.clock.now();
    const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - this.months, 1)).toISOString().slice(0, 10);
    const rows = await this.database.query<{ partition: string }>('SELECT drop_audit_months($1::date) AS partition', [before]);
    const dropped = rows.map((row) => row.partition);
    if (dropped.length > 0) this.telemetry.logger.info('audit.months-dropped', { before, dropped });
    return dropped;
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.keep();
      } catch (error) {
        // Database away, or a month in use: there are hours left until the next one is due.
        this.telemetry.logger.warn('audit.retention-postponed', {}, error);
      }
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
