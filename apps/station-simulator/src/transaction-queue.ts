import type { LedgerMessage } from './ledger.js';

/** A message about a transaction, kept until it is answered or given up. */
export interface QueuedMessage {
  readonly ledger: LedgerMessage;
  /** Made when it is sent: a transaction that started offline has no id before. */
  readonly payload: () => object;
  /** Told once, when it is answered or dropped. */
  readonly settled?: (answer: Record<string, unknown> | undefined) => void;
  attempts: number;
  /** Monotonic. */
  notBeforeMs: number;
}

export interface RetryRule {
  /** TransactionMessageAttempts */
  attempts: number;
  /** TransactionMessageRetryInterval */
  intervalMs: number;
}

export type FailedAttempt = 'call-error' | 'timeout' | 'connection-lost';

/**
 * The offline queue (OCPP 1.6 §3.7.1): messages about transactions leave in the order they were made. One that failed is tried
 * again after interval × attempts so far, and everything behind it waits; after the last attempt it is dropped.
 */
export class TransactionQueue {
  private readonly messages: QueuedMessage[] = [];

  get length(): number {
    return this.messages.length;
  }

  push(message: Omit<QueuedMessage, 'attempts' | 'notBeforeMs'>): void {
    this.messages.push({ ...message, attempts: 0, notBeforeMs: 0 });
  }

  /** The one to send now. */
  due(nowMs: number): QueuedMessage | undefined {
    const head = this.messages[0];
    return head !== undefined && head.notBeforeMs <= nowMs ? head : undefined;
  }

  /** How long until the next may be sent; undefined when there is none. */
  waitMs(nowMs: number): number | undefined {
    const head = this.messages[0];
    return head && Math.max(0, head.notBeforeMs - nowMs);
  }

  answered(message: QueuedMessage, messageId: string, answer: Record<string, unknown>): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    message.ledger.fate = { state: 'acknowledged', answer };
    message.ledger.acknowledgedId = messageId;
    message.settled?.(answer);
  }

  /** @returns whether the message was dropped */
  failed(message: QueuedMessage, how: FailedAttempt, rule: RetryRule, nowMs: number): boolean {
    message.attempts += 1;
    message.notBeforeMs = nowMs + rule.intervalMs * message.attempts;
    if (message.attempts < rule.attempts) return false;
    this.messages.splice(this.messages.indexOf(message), 1);
    message.ledger.fate = { state: 'dropped', attempts: message.attempts, last: how };
    message.settled?.(undefined);
    return true;
  }
}
