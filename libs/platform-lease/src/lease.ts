import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { LeaseTable } from './lease-table.js';

export interface LeaseOptions {
  /** How long a holder that died blocks the others. Renewed at a third of it. */
  ttlMs: number;
  /** Unique per process and start, e.g. the service's instance id. */
  holder: string;
}

/** Works while the lease is held. Must end soon after `signal` is aborted, and write under `assertFence(tx, name, epoch)`. */
export type LeasedWork = (signal: AbortSignal, epoch: bigint) => Promise<void>;

/** The holder stops this part of the time-to-live before the database would let another one in. */
const MARGIN = 0.15;

/**
 * Runs something in one process at a time, whatever happens to the others: a row with an expiry and a fencing epoch. The time
 * to live is counted on a monotonic clock from before the renewal was sent, so that the work is told to stop before another
 * can start; a process that is frozen meanwhile is kept out by `assertFence`.
 */
export class Lease {
  private readonly table: LeaseTable;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private holding = false;

  constructor(
    db: Database,
    readonly name: string,
    private readonly options: LeaseOptions,
    private readonly telemetry: Telemetry,
  ) {
    this.table = new LeaseTable(db);
    telemetry.meter
      .createObservableGauge('lease_held', { description: '1 where this process holds the lease' })
      .addCallback((result) => result.observe(this.holding ? 1 : 0, { lease: name }));
  }

  /** True while work may run. */
  get held(): boolean {
    return this.holding;
  }

  /** Starts trying for the lease; each time it is won, `work` runs. Work that ends while the lease is held is started again. */
  run(work: LeasedWork): void {
    this.running ??= this.loop(work);
  }

  /** Ends the work and gives the lease to the next. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(work: LeasedWork): Promise<void> {
    for (let made = false; !this.stopping.signal.aborted;) {
      try {
        if (!made) await this.table.make(this.name);
        made = true;
        const sent = performance.now();
        const epoch = await this.table.take(this.name, this.options.holder, this.options.ttlMs);
        if (epoch !== undefined) await this.hold(epoch, sent, work);
      } catch (e) {
        // The database is away, or the work failed: the next round tries again.
        this.telemetry.logger.warn('lease.round-failed', { lease: this.name }, e);
      }
      await this.rest(this.options.ttlMs / 3);
    }
  }

  private async hold(epoch: bigint, takenAt: number, work: LeasedWork): Promise<void> {
    const { name, telemetry, options } = this;
    const lost = new AbortController();
    const ended = new AbortController();
    telemetry.logger.info('lease.taken', { lease: name, epoch: String(epoch), holder: options.holder });
    this.holding = true;
    const renewing = this.renewUntil(ended.signal, lost, epoch, takenAt);
    const stop = (): void => lost.abort();
    this.stopping.signal.addEventListener('abort', stop);
    if (this.stopping.signal.aborted) stop();
    try {
      await work(lost.signal, epoch);
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
      ended.abort();
      this.holding = false;
      await renewing;
      await this.release(epoch);
      telemetry.logger.info('lease.ended', { lease: name, epoch: String(epoch) });
    }
  }

  /** So that the next one need not wait for the expiry, which comes by itself when the database does not answer now. */
  private async release(epoch: bigint): Promise<void> {
    const patience = new AbortController();
    const released = this.table.release(this.name, this.options.holder, epoch).catch(() => undefined);
    await Promise.race([released, waiting(this.options.ttlMs, patience.signal)]);
    patience.abort();
  }

  /** Renews in time; aborts `lost` when the lease was taken by another, or could not be renewed until shortly before its expiry. */
  private async renewUntil(ended: AbortSignal, lost: AbortController, epoch: bigint, takenAt: number): Promise<void> {
    const { ttlMs, holder } = this.options;
    const validMs = ttlMs * (1 - MARGIN);
    const lose = (): void => {
      this.holding = false;
      lost.abort();
    };
    let expiry = setTimeout(lose, takenAt + validMs - performance.now());
    while (!ended.aborted && !lost.signal.aborted) {
      await waiting(ttlMs / 3, ended);
      if (ended.aborted || lost.signal.aborted) break;
      const sent = performance.now();
      const answer = this.table.renew(this.name, holder, epoch, ttlMs).catch(() => undefined);
      const renewed = await Promise.race([answer, waiting(ttlMs, ended)]);
      if (renewed === false) lose();
      if (renewed !== true || lost.signal.aborted) continue;
      clearTimeout(expiry);
      expiry = setTimeout(lose, sent + validMs - performance.now());
    }
    clearTimeout(expiry);
    if (lost.signal.aborted && !this.stopping.signal.aborted)
      this.telemetry.logger.warn('lease.lost', { lease: this.name, epoch: String(epoch) });
  }

  /** A little irregular, so that replicas do not ask in step. */
  private async rest(ms: number): Promise<void> {
    await waiting(ms * (0.75 + Math.random() / 2), this.stopping.signal);
  }
}

/** Ends early, without failing, when the signal is aborted. */
async function waiting(ms: number, signal: AbortSignal): Promise<undefined> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
