import { describe, expect, it } from '@jest/globals';
import { StationLedger } from './ledger.js';
import { TransactionQueue } from './transaction-queue.js';

const RULE = { attempts: 3, intervalMs: 60_000 };

function queueOf(...actions: ('StartTransaction' | 'MeterValues' | 'StopTransaction')[]) {
  const ledger = new StationLedger('demo', 'S', { keep: 'complete' });
  const queue = new TransactionQueue();
  for (const action of actions) queue.push({ ledger: ledger.message(action), payload: () => ({}) });
  return { queue, ledger };
}

function head(queue: TransactionQueue, nowMs: number) {
  const message = queue.due(nowMs);
  if (message === undefined) throw new Error('nothing is due');
  return message;
}

describe('TransactionQueue', () => {
  it('gives messages out in the order they were made, the next when one is answered', () => {
    const { queue, ledger } = queueOf('StartTransaction', 'MeterValues', 'StopTransaction');
    const order = [];
    for (let message = queue.due(0); message !== undefined; message = queue.due(0)) {
      order.push(message.ledger.action);
      queue.answered(message, 'id', { a: 1 });
    }
    expect(order).toEqual(['StartTransaction', 'MeterValues', 'StopTransaction']);
    expect(ledger.messages.map(({ fate }) => fate)).toEqual(Array(3).fill({ state: 'acknowledged', answer: { a: 1 } }));
  });

  it('waits interval × attempts before it tries again, and everything behind it waits', () => {
    const { queue } = queueOf('StartTransaction', 'StopTransaction');
    const first = head(queue, 0);
    expect(queue.failed(first, 'timeout', RULE, 0)).toBe(false);
    expect(queue.due(59_999)).toBeUndefined();
    expect(queue.waitMs(20_000)).toBe(40_000);
    expect(queue.due(60_000)).toBe(first);
    expect(queue.failed(first, 'call-error', RULE, 60_000)).toBe(false);
    expect(queue.due(179_999)).toBeUndefined();
    expect(queue.due(180_000)).toBe(first);
  });

  it('drops a message after its last attempt, and says so', () => {
    const { queue, ledger } = queueOf('StartTransaction', 'StopTransaction');
    const first = head(queue, 0);
    queue.failed(first, 'timeout', RULE, 0);
    queue.failed(first, 'timeout', RULE, 0);
    expect(queue.failed(first, 'call-error', RULE, 0)).toBe(true);
    expect(ledger.messages[0]?.fate).toEqual({ state: 'dropped', attempts: 3, last: 'call-error' });
    expect(head(queue, 0).ledger.action).toBe('StopTransaction');
  });

  it('tells whoever waits for the answer once, with nothing when the message was dropped', () => {
    const ledger = new StationLedger('demo', 'S', { keep: 'complete' });
    const queue = new TransactionQueue();
    const told: unknown[] = [];
    const push = () =>
      queue.push({ ledger: ledger.message('StartTransaction'), payload: () => ({}), settled: (answer) => told.push(answer) });
    push();
    push();
    queue.answered(head(queue, 0), 'id', { transactionId: 7 });
    queue.failed(head(queue, 0), 'timeout', { attempts: 1, intervalMs: 0 }, 0);
    expect(told).toEqual([{ transactionId: 7 }, undefined]);
    expect(queue.length).toBe(0);
  });
});
