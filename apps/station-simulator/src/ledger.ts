import type { Ocpp16Action, StopReason } from '@ampline/protocol-ocpp';

/** What became of a message, as the station sees it. */
export type MessageFate =
  /** Not sent yet, or sent and not answered yet. */
  | { state: 'waiting' }
  | { state: 'acknowledged'; answer: unknown }
  /** Answered with a CALLERROR, and not sent again (messages that are not about a transaction). */
  | { state: 'refused'; code: string }
  /** Nobody answered, and it is not sent again (messages that are not about a transaction). */
  | { state: 'unanswered' }
  /** Given up by the rule of TransactionMessageAttempts (OCPP 1.6 §3.7.1). */
  | { state: 'dropped'; attempts: number; last: 'call-error' | 'timeout' | 'connection-lost' };

export interface LedgerMessage {
  action: Ocpp16Action;
  /** Every id it was sent with, in order; empty while it was never sent. */
  messageIds: string[];
  /** Number of the transaction it is about. */
  transaction?: number;
  /** Of MeterValues: the time the station wrote, and its register. */
  reading?: { at: string; registerWh: number };
  /** Id that was answered. */
  acknowledgedId?: string;
  /** True for one that the firmware sent once more although it had been answered. */
  duplicate?: true;
  fate: MessageFate;
}

/** One transaction as the station lived it. Times are what the station wrote into its messages. */
export interface LedgerTransaction {
  tenant: string;
  station: string;
  /** 1, 2, … per station. */
  number: number;
  connectorId: number;
  idToken: string;
  startedAt: string;
  meterStartWh: number;
  stoppedAt?: string;
  meterStopWh?: number;
  /** `meterStopWh - meterStartWh`, exactly. */
  energyWh?: number;
  stopReason?: StopReason;
  /** As the central system gave it; absent until StartTransaction was answered. */
  transactionId?: number;
  start: LedgerMessage;
  stop?: LedgerMessage;
}

export interface LedgerCounts {
  transactions: number;
  running: number;
  completed: number;
  energyWh: number;
  acknowledged: number;
  waiting: number;
  refused: number;
  unanswered: number;
  dropped: number;
}

export interface LedgerOptions {
  /** `complete` keeps everything (tests, benches); `recent` keeps counts and the last few transactions of each station. */
  keep: 'complete' | 'recent';
}

const RECENT_TRANSACTIONS = 20;

/** Everything one station knows to have happened: made from what it measured and was answered, never from the back end's data. */
export class StationLedger {
  readonly transactions: LedgerTransaction[] = [];
  readonly messages: LedgerMessage[] = [];
  private forgotten: LedgerCounts = noCounts();
  private numbered = 0;

  constructor(
    private readonly tenant: string,
    private readonly station: string,
    private readonly options: LedgerOptions,
  ) {}

  message(action: Ocpp16Action, about: { transaction?: number; duplicate?: boolean } = {}): LedgerMessage {
    const message: LedgerMessage = {
      action,
      messageIds: [],
      fate: { state: 'waiting' },
      ...(about.transaction !== undefined && { transaction: about.transaction }),
      ...(about.duplicate && { duplicate: true as const }),
    };
    this.messages.push(message);
    return message;
  }

  begin(o: Pick<LedgerTransaction, 'connectorId' | 'idToken' | 'startedAt' | 'meterStartWh'>): LedgerTransaction {
    this.numbered += 1;
    const number = this.numbered;
    const start = this.message('StartTransaction', { transaction: number });
    const transaction: LedgerTransaction = { tenant: this.tenant, station: this.station, number, ...o, start };
    this.transactions.push(transaction);
    if (this.options.keep === 'recent') this.forget();
    return transaction;
  }

  end(transaction: LedgerTransaction, o: { stoppedAt: string; meterStopWh: number; stopReason: StopReason }): LedgerMessage {
    const stop = this.message('StopTransaction', { transaction: transaction.number });
    Object.assign(transaction, o, { energyWh: o.meterStopWh - transaction.meterStartWh, stop });
    return stop;
  }

  /** To be called when a message has come to its end: where only recent things are kept, it is counted and let go. */
  settled(message: LedgerMessage): void {
    if (this.options.keep === 'complete') return;
    countMessage(this.forgotten, message);
    const index = this.messages.indexOf(message);
    if (index >= 0) this.messages.splice(index, 1);
  }

  counts(): LedgerCounts {
    const counts = { ...this.forgotten };
    for (const message of this.messages) countMessage(counts, message);
    for (const transaction of this.transactions) countTransaction(counts, transaction);
    return counts;
  }

  private forget(): void {
    while (this.transactions.length > RECENT_TRANSACTIONS) {
      const index = this.transactions.findIndex(({ stop }) => stop !== undefined && stop.fate.state !== 'waiting');
      if (index < 0) return;
      for (const old of this.transactions.splice(index, 1)) countTransaction(this.forgotten, old);
    }
  }
}

export function noCounts(): LedgerCounts {
  return {
    transactions: 0,
    running: 0,
    completed: 0,
    energyWh: 0,
    acknowledged: 0,
    waiting: 0,
    refused: 0,
    unanswered: 0,
    dropped: 0,
  };
}

export function addCounts(a: LedgerCounts, b: LedgerCounts): LedgerCounts {
  return Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, value + b[key as keyof LedgerCounts]]),
  ) as unknown as LedgerCounts;
}

function countMessage(counts: LedgerCounts, message: LedgerMessage): void {
  counts[message.fate.state] += 1;
}

function countTransaction(counts: LedgerCounts, transaction: LedgerTransaction): void {
  counts.transactions += 1;
  if (transaction.stop === undefined) counts.running += 1;
  else counts.completed += 1;
  counts.energyWh += transaction.energyWh ?? 0;
}
