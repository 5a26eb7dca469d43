import type { Missed } from './live-feed.js';

const CAPACITY = 256;

/** What one subscription has not read yet. Bounded: when it is full everything is dropped for one {@link Missed}, since its reader asks anew. */
export class Mailbox<T> implements AsyncIterableIterator<T | Missed> {
  private queue: (T | Missed)[] = [];
  private readonly readers: ((result: IteratorResult<T | Missed>) => void)[] = [];
  private ended = false;

  /** `onEnd`: called once, when the reader has gone or the signal says so. */
  constructor(
    signal: AbortSignal,
    private readonly onEnd: () => void,
  ) {
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', () => this.end(), { once: true });
  }

  put(item: T): void {
    if (this.queue.length < CAPACITY) this.deliver(item);
    else this.miss('OVERFLOW');
  }

  /** What waits is no longer worth reading. */
  miss(missed: Missed['missed']): void {
    this.queue = [];
    this.deliver({ missed });
  }

  next(): Promise<IteratorResult<T | Missed>> {
    const [item] = this.queue.splice(0, 1);
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.readers.push(resolve));
  }

  return(): Promise<IteratorResult<T | Missed>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private deliver(item: T | Missed): void {
    if (this.ended) return;
    const reader = this.readers.shift();
    if (reader) reader({ done: false, value: item });
    else this.queue.push(item);
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.queue = [];
    for (const reader of this.readers.splice(0)) reader({ done: true, value: undefined });
    this.onEnd();
  }
}
