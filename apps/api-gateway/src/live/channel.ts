import type { Missed } from './live-feed.js';
import { Mailbox } from './mailbox.js';

interface Subscriber<T> {
  readonly select: (item: T) => boolean;
  readonly mailbox: Mailbox<T>;
}

/** Fans one kind of news out to who has subscribed to it under a key. */
export class Channel<T> {
  private readonly subscribers = new Map<string, Set<Subscriber<T>>>();

  subscribe(o: { key: string; select: (item: T) => boolean; signal: AbortSignal; onEnd?: () => void }): Mailbox<T> {
    if (o.signal.aborted) return new Mailbox<T>(o.signal, () => o.onEnd?.());
    const mailbox = new Mailbox<T>(o.signal, () => {
      this.remove(o.key, subscriber);
      o.onEnd?.();
    });
    const subscriber = { select: o.select, mailbox };
    this.add(o.key, subscriber);
    return mailbox;
  }

  /** `read` is called when there is somebody to tell, once. */
  publish(key: string, read: () => Iterable<T>): void {
    const told = this.subscribers.get(key);
    if (!told) return;
    for (const item of read()) {
      for (const { select, mailbox } of told) if (select(item)) mailbox.put(item);
    }
  }

  miss(missed: Missed['missed']): void {
    for (const told of this.subscribers.values()) for (const { mailbox } of told) mailbox.miss(missed);
  }

  get size(): number {
    return [...this.subscribers.values()].reduce((sum, told) => sum + told.size, 0);
  }

  private add(key: string, subscriber: Subscriber<T>): void {
    const told = this.subscribers.get(key) ?? new Set();
    this.subscribers.set(key, told.add(subscriber));
  }

  private remove(key: string, subscriber: Subscriber<T>): void {
    const told = this.subscribers.get(key);
    told?.delete(subscriber);
    if (told?.size === 0) this.subscribers.delete(key);
  }
}
