import type { TransactionId } from '@ampline/kernel-ids';
import { planStop } from '../domain/stop.js';
import { certainSessionOf } from '../domain/stop-guess.js';
import type { ChargingTransaction, ToldStop } from '../domain/transaction.js';
import { applyStop, figuresOfStop } from './apply-stop.js';
import type { ArrivedStop, SignedValues, StationTransactions, WorkList } from './ports.js';

export type StopOutcome =
  | { kind: 'ended' | 'corrected'; transactionId: TransactionId }
  | { kind: 'repeated'; transactionId: TransactionId }
  /** Kept as an issue. */
  | { kind: 'different'; transactionId: TransactionId }
  | { kind: 'orphan' };

/**
 * Takes in a StopTransaction. It is always taken, whatever it names: a station that gets no answer repeats it for ever
 * (OCPP 1.6 §4.10). It never ends a transaction but the one it names, or, of a station that names
 * any, the only one that it can mean.
 */
export class TakeStop {
  constructor(
    private readonly transactions: StationTransactions,
    private readonly workList: WorkList,
    private readonly signedValues: SignedValues,
    /** Stores what the stop tells of the session's course, before the session is told as ended; undefined: of no session. */
    private readonly storeReadings: (transaction: ChargingTransaction | undefined) => Promise<void>,
    /** Whether the station names ids that nobody gave it. */
    private readonly idsAreChance: boolean,
  ) {}

  async take(stationId: string, stop: ArrivedStop): Promise<StopOutcome> {
    const named = stop.ocppId > 0 ? await this.transactions.byOcppId(stop.ocppId) : undefined;
    const transaction = named?.stationId === stationId ? named : await this.meant(stop.told);
    if (transaction !== undefined) return this.apply(transaction, stop.told);
    return this.keep(stop, named === undefined ? 'stop-unknown-transaction' : 'stop-foreign-transaction');
  }

  private async meant(told: ToldStop): Promise<ChargingTransaction | undefined> {
    if (!this.idsAreChance) return undefined;
    const repeated = await this.transactions.endedWith(told.key);
    if (repeated !== undefined) return repeated;
    return certainSessionOf(told, await this.transactions.active(), (connector) => this.transactions.maxPowerW(connector));
  }

  private async apply(transaction: ChargingTransaction, told: ToldStop): Promise<StopOutcome> {
    const { transactionId } = transaction;
    const plan = planStop(transaction, told, await this.transactions.maxPowerW(transaction.connectorNumber));
    if (plan.kind === 'repeated') return { kind: 'repeated', transactionId };
    if (plan.kind === 'different') {
      const detail = figuresOfStop(told);
      const finding = { reason: 'stop-repeated-different', findingKey: `${transactionId}:${told.key}`, transactionId, detail } as const;
      if (await this.workList.raise(finding)) await this.storeReadings(undefined);
      return { kind: 'different', transactionId };
    }
    await this.storeReadings(transaction);
    const { transactions, workList } = this;
    const { ending } = plan;
    const finding = await this.signedValues.judge(transaction, ending.energyWh, ending.end.at);
    const doubts = finding === undefined ? ending.doubts : [...ending.doubts, finding.doubt];
    await applyStop(transaction, told, { ...ending, doubts }, { transactions, workList });
    if (finding?.inWorkList) {
      const { doubt: reason, findingKey, detail } = finding;
      await workList.raise({ reason, findingKey, transactionId, detail });
    }
    return { kind: plan.corrects ? 'corrected' : 'ended', transactionId };
  }

  /** An end without a session: a person finds out which it belongs to. Running ones of the same id token are likely. */
  private async keep(stop: ArrivedStop, reason: 'stop-unknown-transaction' | 'stop-foreign-transaction'): Promise<StopOutcome> {
    const idToken = stop.told.idToken?.toLowerCase();
    const active = await this.transactions.active();
    const likely = active.filter(
      (t) => t.meterStartWh <= stop.told.meterStopWh && (idToken === undefined || t.idToken.toLowerCase() === idToken),
    );
    const detail = { ...figuresOfStop(stop.told), ocppTransactionId: stop.ocppId, candidates: likely.map((t) => t.transactionId) };
    const isNew = await this.workList.raise({ reason, findingKey: `${stop.ocppId}:${stop.told.key}`, detail });
    if (isNew) await this.storeReadings(undefined);
    return { kind: 'orphan' };
  }
}
