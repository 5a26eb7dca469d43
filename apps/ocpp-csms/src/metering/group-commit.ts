import { AppError } from '@ampline/kernel-errors';
import type { TimerHandle, Timers } from '@ampline/kernel-time';

export interface GroupCommitOptions<T> {
  /** Most items of one commit. */
  batchSize: number;
  /** How long the first item of a batch waits for others, milliseconds. */
  delayMs: number;
  /** Commits at once. */
  inFlight: number;
  /** Makes all items durable, or none. */
  commit: (items: readonly T[]) => Promise<void>;
  timers: Timers;
}

interface Waiting<T> {
  item: T;
  done: () => void;
  failed: (reason: unknown) => void;
}

/**
 * Many writers, one commit. While all commits are under way the next batch grows, so that batches get larger as the load does.
 * A batch that fails is split until the item that is at fault is alone: only its writer is told of the failure.
 */
export class GroupCommit<T> {
  private waiting: Waiting<T>[] = [];
  private underWay = 0;
  private timer: TimerHandle | undefined;
  private readonly idle: (() => void)[] = [];

  constructor(private readonly options: GroupCommitOptions<T>) {}

  /** Resolves when the item is durable; rejects with what its commit threw. */
  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (this.waiting.length >= this.options.batchSize) this.flush();
      else this.timer ??= this.options.timers.setTimeout(() => this.flush(), this.options.delayMs);
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    this.flush();
    if (this.underWay > 0 || this.waiting.length > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private flush(): void {
    if (this.timer !== undefined) this.options.timers.clear(this.timer);
    this.timer = undefined;
    while (this.underWay < this.options.inFlight && this.waiting.length > 0) {
      void this.run(this.waiting.splice(0, this.options.batchSize));
    }
  }

  private async run(batch: Waiting<T>[]): Promise<void> {
    this.underWay += 1;
    await this.commit(batch);
    this.underWay -= 1;
    if (this.waiting.length > 0) this.flush();
    else if (this.underWay === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private async commit(batch: Waiting<T>[]): Promise<void> {
    try {
      await this.options.commit(batch.map(({ item }) => item));
    } catch (e) {
      if (batch.length > 1 && isAboutTheItems(e)) return this.split(batch);
      for (const { failed } of batch) failed(e);
      return;
    }
    for (const { done } of batch) done();
  }

  private async split(batch: Waiting<T>[]): Promise<void> {
    const half = Math.ceil(batch.length / 2);
    await this.commit(batch.slice(0, half));
    await this.commit(batch.slice(half));
  }
}

/** A database that is away, or too slow, is nobody's fault: smaller batches would only make it worse. */
function isAboutTheItems(e: unknown): boolean {
  return !AppError.is(e) || (e.kind !== 'unavailable' && e.kind !== 'timeout');
}
