import type { Subscription } from '@nats-io/nats-core';
import { AppError } from '@ampline/kernel-errors';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Bus } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { Alarm } from './alarm.js';
import { OutboxRows, type Ack, type OutboxRow } from './outbox-rows.js';
import { wakeSubject } from './outbox.js';
import { Publisher } from './publisher.js';
import { RelayMetrics } from './relay-metrics.js';
import { StreamCheck, type CheckedStream } from './stream-check.js';
import { StreamStates, type Fence } from './stream-state.js';
import { FactStream } from './stream.js';

export interface RelayOptions {
  database: Database;
  bus: Bus;
  context: string;
  /** Names this process among those that could hold the lease. */
  instance: string;
  telemetry: Telemetry;
  /** Replicas of the stream: 1, or 3 on a cluster. */
  streamReplicas?: number;
  /** Of the stream, ms; default 120,000. */
  duplicateWindowMs?: number;
  leaseTtlMs?: number;
  /** Rows per batch, default 512, and publishes that wait for their acknowledgement at once, default 256. */
  batch?: number;
  window?: number;
  /** How often the outbox is looked at without being woken, ms; default 200. */
  pollMs?: number;
  /** How often the stream is looked at without cause, ms; default 10,000. */
  checkEveryMs?: number;
  /** After how long an acknowledged message counts as on disk, ms; default 300,000. */
  settleMs?: number;
}

const LEASE_NAME = 'outbox-relay';
const BACKOFF_MS = { first: 100, most: 5_000 };
const LAG_EVERY_MS = 5_000;
const ZERO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Publishes what is in the outbox: one relay per context works at a time, by lease. Rows are marked, never deleted. Published at least
 * once, under the row's id; consumers drop what they have.
 */
export class OutboxRelay {
  private readonly stream: FactStream;
  private readonly rows: OutboxRows;
  private readonly states: StreamStates;
  private readonly check: StreamCheck;
  private readonly publisher: Publisher;
  private readonly metrics: RelayMetrics;
  private readonly lease: Lease;
  private readonly alarm = new Alarm();
  private subscription: Subscription | undefined;
  private stopFollowing: () => void = () => undefined;
  private state: CheckedStream | undefined;
  private mustCheck = true;
  private nextCheckAt = 0;
  private nextLagAt = 0;

  constructor(private readonly o: RelayOptions) {
    const { bus, telemetry } = o;
    const stream = new FactStream(o.context, bus.connection, {
      replicas: o.streamReplicas ?? 1,
      duplicateWindowMs: o.duplicateWindowMs ?? 120_000,
    });
    this.stream = stream;
    this.rows = new OutboxRows(o.database, stream.name);
    this.states = new StreamStates(o.database, stream.name);
    this.check = new StreamCheck({
      bus,
      stream,
      rows: this.rows,
      states: this.states,
      logger: telemetry.logger,
      settleMs: o.settleMs ?? 300_000,
    });
    this.publisher = new Publisher(bus, stream.name, o.window ?? 256);
    this.metrics = new RelayMetrics(telemetry, o.context);
    this.lease = new Lease(o.database, LEASE_NAME, { ttlMs: o.leaseTtlMs ?? 10_000, holder: o.instance }, telemetry);
  }

  /** True while this relay is the one that works. */
  get active(): boolean {
    return this.lease.held;
  }

  start(): void {
    this.subscription = this.o.bus.connection.subscribe(wakeSubject(this.o.context), { callback: () => this.alarm.ring() });
    this.stopFollowing = this.o.bus.onStatus(() => {
      this.mustCheck = true;
      this.alarm.ring();
    });
    this.lease.run((signal, epoch) => this.work(signal, { lease: LEASE_NAME, epoch }));
  }

  /** Ends after the batch that is under way has been marked. */
  async stop(): Promise<void> {
    this.stopFollowing();
    if (this.subscription && !this.subscription.isClosed()) this.subscription.unsubscribe();
    await this.lease.stop();
  }

  /**
   * Publishes again what was made in [from, to), whether the stream holds it or not; for an operator. Returns how many facts.
   * Throws what the stream refused with.
   */
  async replay(from: Date, to: Date): Promise<number> {
    const { firstSeq } = await this.stream.declare();
    let count = 0;
    let after = { at: '-infinity', id: ZERO_ID };
    for (;;) {
      const rows = await this.rows.publishedBetween(from, to, after, this.batch);
      const last = rows.at(-1);
      if (!last) return count;
      const { acks, failure } = await this.publisher.publish(rows, firstSeq, () => true);
      if (acks.length > 0) await this.o.database.asWorker((tx) => this.rows.markPublished(tx, acks, rows));
      this.metrics.republished.add(acks.length);
      if (failure) throw failure;
      count += acks.length;
      after = { at: last.createdAt, id: last.id };
    }
  }

  private get batch(): number {
    return this.o.batch ?? 512;
  }

  private async work(signal: AbortSignal, fence: Fence): Promise<void> {
    this.mustCheck = true;
    try {
      await this.loop(signal, fence);
    } finally {
      this.metrics.observe(undefined);
    }
  }

  private async loop(signal: AbortSignal, fence: Fence): Promise<void> {
    let backoffMs = 0;
    while (!signal.aborted) {
      const outcome = await this.tryStep(fence);
      if (outcome === 'more') backoffMs = 0;
      else if (outcome === 'idle') {
        backoffMs = 0;
        await this.alarm.wait(this.o.pollMs ?? 200, signal);
      } else if (AppError.is(outcome, 'lease.lost')) {
        throw outcome;
      } else {
        backoffMs = Math.min(Math.max(backoffMs * 2, BACKOFF_MS.first), BACKOFF_MS.most);
        this.o.telemetry.logger.warn('outbox.relay-failed', { context: this.o.context, retryInMs: backoffMs }, outcome);
        await this.alarm.wait(backoffMs, signal);
      }
    }
  }

  /** One look at the outbox: whether there is more to do at once, nothing, or what went wrong. */
  private async tryStep(fence: Fence): Promise<unknown> {
    try {
      return await this.step(fence);
    } catch (error) {
      this.mustCheck = true;
      return error;
    }
  }

  private async step(fence: Fence): Promise<'more' | 'idle'> {
    await this.observeLag();
    if (!this.o.bus.connected) return 'idle';
    const state = await this.checked(fence);
    const fresh = await this.publishFresh(fence, state);
    const again = state.republishAfter ? await this.publishAgain(fence, state, state.republishAfter) : 0;
    return fresh === this.batch || again > 0 ? 'more' : 'idle';
  }

  private async checked(fence: Fence): Promise<CheckedStream> {
    if (this.state && !this.mustCheck && performance.now() < this.nextCheckAt) return this.state;
    // Set before the look: a reconnect during it asks for another.
    this.mustCheck = false;
    this.state = await this.check.run(fence);
    this.nextCheckAt = performance.now() + (this.o.checkEveryMs ?? 10_000);
    return this.state;
  }

  private async publishFresh(fence: Fence, state: CheckedStream): Promise<number> {
    const rows = await this.rows.unpublished(this.batch);
    this.metrics.published.add(await this.publish(rows, fence, state));
    return rows.length;
  }

  private async publishAgain(fence: Fence, state: CheckedStream, after: { at: string; id: string }): Promise<number> {
    const rows = await this.rows.ofEarlierIncarnations(state.incarnation, after, this.batch);
    const last = rows.at(-1);
    const taken = await this.publish(rows, fence, state);
    this.metrics.republished.add(taken);
    if (taken < rows.length) return taken;
    const next = { ...state, republishAfter: last && { at: last.createdAt, id: last.id } };
    await this.states.save(next, fence);
    this.state = next;
    if (!last) this.o.telemetry.logger.info('outbox.republished', { context: this.o.context, incarnation: state.incarnation });
    return rows.length;
  }

  /**
   * Publishes and marks; returns how many the stream took. Throws when it took none: one row that is refused holds up no other.
   */
  private async publish(rows: OutboxRow[], fence: Fence, state: CheckedStream): Promise<number> {
    if (rows.length === 0) return 0;
    const { acks, newSeqs, failure } = await this.publisher.publish(rows, state.firstSeq, () => !this.mustCheck);
    if (acks.length > 0) await this.mark(acks, rows, fence);
    // The stream counts from lower than it did: somebody replaced it since the last look.
    if (newSeqs.some((seq) => seq <= state.lastSeq)) this.mustCheck = true;
    for (const seq of newSeqs) state.lastSeq = Math.max(state.lastSeq, seq);
    if (failure) {
      this.mustCheck = true;
      this.metrics.failures.add(1);
      if (acks.length === 0) throw failure;
      this.o.telemetry.logger.warn('outbox.batch-incomplete', { context: this.o.context, taken: acks.length, of: rows.length }, failure);
    }
    return acks.length;
  }

  private async mark(acks: Ack[], page: OutboxRow[], fence: Fence): Promise<void> {
    await this.o.database.asWorker(async (tx) => {
      await assertFence(tx, fence.lease, fence.epoch);
      await this.rows.markPublished(tx, acks, page);
    });
  }

  private async observeLag(): Promise<void> {
    if (performance.now() < this.nextLagAt) return;
    this.metrics.observe(await this.rows.lag());
    this.nextLagAt = performance.now() + LAG_EVERY_MS;
  }
}
