import type { Ocpp16Action, RequestOf } from '@ampline/protocol-ocpp';
import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';
import type { Chance } from './chance.js';
import type { StationConfiguration } from './configuration.js';
import type { LedgerMessage, StationLedger } from './ledger.js';
import type { StationProfile } from './profile.js';
import { MessageIds, payloadText } from './quirks.js';
import type { CallOutcome, StationLink } from './station-link.js';
import { TransactionQueue, type QueuedMessage } from './transaction-queue.js';

interface WaitingCall {
  ledger: LedgerMessage;
  /** Also while the central system has not accepted the station. */
  always: boolean;
  payloadText: string;
  messageId: string | undefined;
  resolve: (outcome: CallOutcome) => void;
}

export interface DeskOptions {
  profile: StationProfile;
  configuration: StationConfiguration;
  ledger: StationLedger;
  chance: Chance;
  clock: Clock;
  timers: Timers;
  /** See `Pace`. */
  secondMs: number;
}

/**
 * All calls of one station: one on the wire. What a person waits for goes before the transaction messages, which wait for a
 * connection, for the station's acceptance and for their turn.
 */
export class CallDesk {
  readonly queue = new TransactionQueue();
  private readonly calls: WaitingCall[] = [];
  /** Most stations never have any. */
  private notices: { ledger: LedgerMessage; payloadText: string }[] | undefined;
  private link: StationLink | undefined;
  private ids: MessageIds;
  private accepted = false;
  private busy = false;
  private retry: TimerHandle | undefined;

  constructor(private readonly o: DeskOptions) {
    this.ids = new MessageIds(o.profile.quirks.messageIds, o.chance);
  }

  /** True while the central system has accepted the station and the socket is open. */
  get online(): boolean {
    return this.accepted && this.link?.open === true;
  }

  /** True when nothing is on the wire or waits to be. */
  get idle(): boolean {
    return !this.busy && this.queue.length === 0 && this.calls.length === 0 && this.informed;
  }

  /** True when no notice waits. */
  get informed(): boolean {
    return this.notices === undefined;
  }

  attach(link: StationLink): void {
    this.link = link;
    this.ids = new MessageIds(this.o.profile.quirks.messageIds, this.o.chance);
  }

  /** The connection is gone: whoever waited for an answer is told; transaction messages stay. */
  detach(): void {
    this.link = undefined;
    this.accepted = false;
    for (const call of this.calls.splice(0)) this.settle(call, { outcome: 'connection-lost' });
  }

  /** What the central system said. The next call that is made, a status, sets the rest going. */
  accept(accepted: boolean): void {
    this.accepted = accepted;
  }

  /** A call that is not kept: sent while the connection lasts, once. */
  ask<A extends Ocpp16Action>(action: A, payload: RequestOf<A>, o: { always?: boolean } = {}): Promise<CallOutcome> {
    const ledger = this.o.ledger.message(action);
    return this.enqueue(ledger, payloadText(action, payload, this.o.profile.quirks), o.always === true);
  }

  /** News that outlive a connection and a reset: sent in order until they are answered, in whatever way. */
  inform<A extends Ocpp16Action>(action: A, payload: RequestOf<A>): void {
    const notice = { ledger: this.o.ledger.message(action), payloadText: payloadText(action, payload, this.o.profile.quirks) };
    (this.notices ??= []).push(notice);
    this.pump();
  }

  /** A message about a transaction: kept until it is answered or given up. */
  keep(message: Pick<QueuedMessage, 'ledger' | 'payload' | 'settled'>): void {
    this.queue.push(message);
    this.pump();
  }

  stop(): void {
    if (this.retry !== undefined) this.o.timers.clear(this.retry);
    this.retry = undefined;
    this.detach();
  }

  private enqueue(ledger: LedgerMessage, text: string, always: boolean, messageId?: string): Promise<CallOutcome> {
    return new Promise((resolve) => {
      const call: WaitingCall = { ledger, always, payloadText: text, messageId, resolve };
      if (this.link?.open) this.calls.push(call);
      else this.settle(call, { outcome: 'connection-lost' });
      this.pump();
    });
  }

  private pump(): void {
    if (this.busy || !this.link?.open) return;
    const index = this.calls.findIndex(({ always }) => always || this.accepted);
    if (index >= 0) {
      for (const call of this.calls.splice(index, 1)) void this.sendCall(call);
      return;
    }
    if (!this.accepted) return;
    const [notice] = this.notices ?? [];
    if (notice !== undefined) return void this.sendNotice(notice);
    const now = this.o.clock.monotonicMs();
    const message = this.queue.due(now);
    if (message !== undefined) void this.sendQueued(message);
    else this.wakeFor(this.queue.waitMs(now));
  }

  private async sendCall(call: WaitingCall): Promise<void> {
    const outcome = await this.send(call.ledger, call.payloadText, call.messageId ?? this.ids.next());
    this.settle(call, outcome);
    this.pump();
  }

  private async sendNotice(notice: { ledger: LedgerMessage; payloadText: string }): Promise<void> {
    const outcome = await this.send(notice.ledger, notice.payloadText, this.ids.next());
    if (outcome.outcome !== 'connection-lost') {
      const rest = this.notices?.slice(1) ?? [];
      this.notices = rest.length > 0 ? rest : undefined;
      this.judge(notice.ledger, outcome);
    }
    this.pump();
  }

  private settle({ ledger, resolve }: WaitingCall, outcome: CallOutcome): void {
    this.judge(ledger, outcome);
    resolve(outcome);
  }

  private judge(ledger: LedgerMessage, outcome: CallOutcome): void {
    if (outcome.outcome === 'answered') {
      ledger.fate = { state: 'acknowledged', answer: outcome.payload };
      ledger.acknowledgedId = ledger.messageIds.at(-1) ?? '';
    } else if (outcome.outcome === 'call-error') ledger.fate = { state: 'refused', code: outcome.code };
    else ledger.fate = { state: 'unanswered' };
    this.o.ledger.settled(ledger);
  }

  private async sendQueued(message: QueuedMessage): Promise<void> {
    const { ledger } = message;
    const { quirks, lostConnectionIsAttempt } = this.o.profile;
    const previous = quirks.messageIds === 'uuid' && quirks.retryMessageId === 'same' ? ledger.messageIds.at(-1) : undefined;
    const messageId = previous ?? this.ids.next();
    const text = payloadText(ledger.action, message.payload(), quirks);
    const outcome = await this.send(ledger, text, messageId);
    if (outcome.outcome === 'answered') {
      this.queue.answered(message, messageId, outcome.payload);
      this.o.ledger.settled(ledger);
      if (this.o.chance.happens(quirks.duplicateShare)) this.sendAgain(ledger, text, messageId);
    } else if (outcome.outcome !== 'connection-lost' || lostConnectionIsAttempt) {
      const dropped = this.queue.failed(message, outcome.outcome, this.retryRule(), this.o.clock.monotonicMs());
      if (dropped) this.o.ledger.settled(ledger);
    }
    this.pump();
  }

  private sendAgain(ledger: LedgerMessage, text: string, messageId: string): void {
    const { action, transaction } = ledger;
    const copy = this.o.ledger.message(action, { duplicate: true, ...(transaction !== undefined && { transaction }) });
    void this.enqueue(copy, text, false, this.o.profile.quirks.retryMessageId === 'same' ? messageId : undefined);
  }

  private async send(ledger: LedgerMessage, text: string, messageId: string): Promise<CallOutcome> {
    if (!this.link?.open) return { outcome: 'connection-lost' };
    this.busy = true;
    ledger.messageIds.push(messageId);
    const outcome = await this.link.call(ledger.action, messageId, text);
    this.busy = false;
    return outcome;
  }

  private retryRule() {
    const { configuration, secondMs } = this.o;
    return {
      attempts: Math.max(1, configuration.count('TransactionMessageAttempts')),
      intervalMs: configuration.count('TransactionMessageRetryInterval') * secondMs,
    };
  }

  private wakeFor(waitMs: number | undefined): void {
    if (waitMs === undefined) return;
    if (this.retry !== undefined) this.o.timers.clear(this.retry);
    this.retry = this.o.timers.setTimeout(() => {
      this.retry = undefined;
      this.pump();
    }, waitMs);
  }
}
