import type { IdTokenState, TenantState } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Clock, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { pauseUntil } from '../pause.js';
import type { AccountsProjection } from './accounts.projection.js';

/** Current state of everything that accounts owns. */
export abstract class AccountsExport {
  abstract tenants(signal: AbortSignal): AsyncIterable<TenantState>;
  abstract idTokens(signal: AbortSignal): AsyncIterable<IdTokenState>;
}

/** How many were read, and how many rows of ours changed. */
export type LoadResult = Readonly<Record<'tenants' | 'idTokens' | 'changed', number>>;

const NAME = 'accounts';
const BATCH = 500;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Reads the export of accounts once in the life of our database; from then on facts keep the projection current. The consumer of
 * facts exists before the export is read, and versions settle the overlap. Nothing waits for it: while accounts is away it is
 * tried again.
 */
export class AccountsLoad {
  private readonly stopping = new AbortController();
  private loading: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly projection: AccountsProjection,
    private readonly source: AccountsExport,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  /** To be called when the consumer of facts has been started. */
  start(): void {
    this.loading = this.untilLoaded();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loading;
  }

  /**
   * Reads everything, whether it was read before or not, and mends what a fault of ours has made differ. Throws what accounts throws;
   * what was taken over before stays.
   */
  async load(): Promise<LoadResult> {
    const { signal } = this.stopping;
    const told = { tenants: 0, idTokens: 0, changed: 0 };
    for await (const batch of batches(this.source.tenants(signal))) {
      told.changed += await this.database.asWorker((tx) => this.projection.putTenants(tx, batch, { mend: true }));
      told.tenants += batch.length;
    }
    for await (const batch of batches(this.source.idTokens(signal))) {
      told.changed += await this.database.asWorker((tx) => this.projection.putIdTokens(tx, batch, { mend: true }));
      told.idTokens += batch.length;
    }
    await this.database.query(
      'INSERT INTO projection_load (projection, loaded_at) VALUES ($1, $2) ON CONFLICT (projection) DO UPDATE SET loaded_at = excluded.loaded_at',
      [NAME, this.clock.now()],
    );
    this.telemetry.logger.info('projection.loaded', { projection: NAME, ...told });
    return told;
  }

  private async untilLoaded(): Promise<void> {
    const { signal } = this.stopping;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        if (!(await this.isLoaded())) await this.load();
        return;
      } catch (error) {
        if (signal.aborted) return;
        const away = AppError.is(error) && (error.kind === 'unavailable' || error.kind === 'timeout');
        if (away) this.telemetry.logger.info('projection.load-postponed', { projection: NAME, code: error.code, pauseMs });
        else this.telemetry.logger.error('projection.load-failed', { projection: NAME, pauseMs }, error);
      }
      await pauseUntil(this.timers, pauseMs, signal);
    }
  }

  private async isLoaded(): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM projection_load WHERE projection = $1', [NAME]);
    return rows.length > 0;
  }
}

async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
