import type { Doubt } from '../../issues/reasons.js';
import { clockDoubt } from './moment.js';
import { isConnector, type ChargingTransaction, type ToldStart } from './transaction.js';

export type StartPlan =
  /** A repetition of what we know: the same answer again. */
  | { kind: 'repeated'; transaction: ChargingTransaction }
  | {
      kind: 'new';
      startOrdinal: number;
      doubts: Doubt[];
      /** Transactions of the connector that must be over, since it began another. */
      superseded: ChargingTransaction[];
    };

/**
 * Decides what a StartTransaction means.
 *
 * OCPP 1.6 has no key for it: a retry may come with a new message id. Connector, id token, time and register identify it. When the
 * one we know has ended, the same again can be a retry that was delayed, or, from a station whose clock stands still, another
 * transaction. With a plausible clock it is the retry: two transactions cannot begin in the same instant.
 *
 * @param same the latest transaction with the same key
 * @param active what is going on at the same connector of the station
 */
export function planStart(told: ToldStart, same: ChargingTransaction | undefined, active: readonly ChargingTransaction[]): StartPlan {
  const repeated = same !== undefined && (same.state === 'active' || told.started.clock === 'plausible');
  if (repeated) return { kind: 'repeated', transaction: same };
  const clock = clockDoubt(told.started.clock);
  return {
    kind: 'new',
    startOrdinal: same === undefined ? 0 : same.startOrdinal + 1,
    doubts: [
      ...(clock === undefined ? [] : [clock]),
      ...(same === undefined ? [] : (['start-repeated-after-stop'] as const)),
      ...(isConnector(told.connectorNumber) ? [] : (['connector-unknown'] as const)),
    ],
    superseded: active.filter((transaction) => isBefore(transaction, told)),
  };
}

/** A start that waited in the station's offline queue does not end what began after it. */
function isBefore(transaction: ChargingTransaction, told: ToldStart): boolean {
  return transaction.connectorNumber === told.connectorNumber && transaction.started.at <= told.started.at;
}
