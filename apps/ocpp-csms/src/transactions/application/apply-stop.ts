import { ABOUT_THE_END, type Ending } from '../domain/stop.js';
import type { ChargingTransaction, ToldStop } from '../domain/transaction.js';
import type { StationTransactions, WorkList } from './ports.js';

/**
 * Ends a transaction as its stop tells. When an estimate or another stop had ended it before, what was doubtful about that end is
 * settled.
 */
export async function applyStop(
  transaction: ChargingTransaction,
  told: ToldStop,
  ending: Ending,
  { transactions, workList }: { transactions: StationTransactions; workList: WorkList },
): Promise<void> {
  const { transactionId } = transaction;
  await transactions.end(transaction, ending);
  if (transaction.end !== undefined) await workList.settle(transactionId, [...ABOUT_THE_END]);
  for (const reason of ending.raised) {
    await workList.raise({ reason, findingKey: `stop:${transactionId}:${told.key}`, transactionId, detail: figuresOfStop(told) });
  }
}

/** What the work list shows of a stop. */
export function figuresOfStop(told: ToldStop): Record<string, unknown> {
  return { endedRaw: told.ended.raw, endedAt: told.ended.at.toISOString(), meterStopWh: told.meterStopWh.toString(), reason: told.reason };
}
