import type { Telemetry } from '@ampline/platform-telemetry';
import type { Database } from './database.js';
import { identifier } from './names.js';

export interface KeptTable {
  /** Partitioned by range of one timestamptz column, with a partition `<table>_default`. */
  table: string;
  /** Days made in advance; default 7. */
  aheadDays?: number;
  /** Partitions are dropped this many days after their day; absent: kept for ever. */
  retainDays?: number;
  /** A partition in which a row has null here is kept, however old it is. */
  doneColumn?: string;
}

const HOUR_MS = 3_600_000;

/**
 * Keeps daily partitions (UTC) ahead of time and drops the old ones. Every replica may run one: the functions it calls take
 * a lock and find nothing left to do. Rows in a default partition are no loss, but somebody must know: metric `db_default_partition_rows`.
 */
export class PartitionKeeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly stopped = new AbortController();
  private readonly defaultRows = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly tables: readonly KeptTable[],
    private readonly telemetry: Telemetry,
    private readonly everyMs: number = HOUR_MS,
  ) {
    for (const { table } of tables) identifier(table);
    telemetry.meter
      .createObservableGauge('db_default_partition_rows', { description: 'Rows that found no partition of their day, counted up to 1,000' })
      .addCallback((result) => this.defaultRows.forEach((rows, table) => result.observe(rows, { table })));
  }

  /** Resolves when the partitions of today exist, which the first insert needs; then repeats by itself. */
  async start(): Promise<void> {
    await this.keep();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Looks after all tables once. */
  async keep(): Promise<void> {
    for (const { table, aheadDays, retainDays, doneColumn } of this.tables) {
      const made = await this.call<number>('ampline_ensure_partitions($1, $2)', [table, aheadDays ?? 7]);
      const dropped =
        retainDays === undefined
          ? []
          : await this.call<string>('ampline_drop_partitions($1, $2, $3)', [table, retainDays, doneColumn ?? null]);
      const [rows] = await this.call<number>('ampline_default_rows($1)', [table]);
      this.defaultRows.set(table, rows ?? 0);
      if (made[0] || dropped.length > 0) this.telemetry.logger.info('database.partitions-kept', { table, made: made[0], dropped });
      if (rows) this.telemetry.logger.warn('database.default-partition-in-use', { table, rows });
    }
  }

  private async call<R>(call: string, params: unknown[]): Promise<R[]> {
    const rows = await this.db.query<{ value: R }>(`SELECT ${call} AS value`, params);
    return rows.map((row) => row.value);
  }

  private schedule(): void {
    if (this.stopped.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.keepQuietly().finally(() => this.schedule());
    }, this.everyMs);
    this.timer.unref();
  }

  /** A failure (database away, a table locked for long) is tried again next time: partitions exist for days ahead. */
  private async keepQuietly(): Promise<void> {
    try {
      await this.keep();
    } catch (e) {
      this.telemetry.logger.error('database.partitions-not-kept', {}, e);
    }
  }
}
