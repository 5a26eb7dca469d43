import { StationPathHeader, StationPathSubject, type AdmitReplies, type AdmitReply, type AdmitRequest } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Timers } from '@ampline/kernel-time';
import type { Bus } from '@ampline/platform-nats';
import { gatewayErrors } from '../errors.js';

/** `elsewhere`: ask another member. `nobody`: no back end answers. */
export type Answer = AdmitReply | 'elsewhere' | 'nobody';

interface Asked {
  request: AdmitRequest;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/** Of one message, so that it stays far below what the bus carries. */
const MOST_AT_ONCE = 200;
/** Messages under way: what is asked meanwhile waits for the next one, so that the messages of a storm are few and large. */
const MESSAGES_AT_ONCE = 3;
/** After so long a message keeps nobody waiting any more: the member of the back end that got it may be frozen, and others are not. */
const SLOW_MS = 250;

/**
 * Asks the back end, with one message for all that ask in the same moment: in a storm the messages cost more than the answers. Each
 * question is decided for itself.
 */
export class Questions {
  private waiting: Asked[] = [];
  private underWay = 0;

  constructor(
    private readonly bus: Bus,
    private readonly timeoutMs: number,
    private readonly timers: Timers,
  ) {}

  /** Throws for replies outside the contract. */
  ask(request: AdmitRequest): Promise<Answer> {
    if (this.waiting.length === 0) queueMicrotask(() => this.send());
    return new Promise((resolve, reject) => this.waiting.push({ request, resolve, reject }));
  }

  private send(): void {
    while (this.waiting.length > 0 && this.underWay < MESSAGES_AT_ONCE) void this.settle(this.waiting.splice(0, MOST_AT_ONCE));
  }

  private async settle(asked: readonly Asked[]): Promise<void> {
    this.underWay += 1;
    let counted = true;
    const go = (): void => {
      if (counted) this.underWay -= 1;
      counted = false;
      this.send();
    };
    const slow = this.timers.setTimeout(go, SLOW_MS);
    try {
      const answers = await this.answersTo(asked.map(({ request }) => request));
      asked.forEach(({ resolve }, i) => resolve(typeof answers === 'string' ? answers : (answers[i] as AdmitReply)));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
    this.timers.clear(slow);
    go();
  }

  private async answersTo(requests: readonly AdmitRequest[]): Promise<AdmitReply[] | 'elsewhere' | 'nobody'> {
    try {
      const body = JSON.stringify(requests.length === 1 ? requests[0] : { requests });
      const reply = await this.bus.request(StationPathSubject.admit, body, { timeoutMs: this.timeoutMs });
      if (reply.headers[StationPathHeader.retry] === 'true') return 'elsewhere';
      return readReplies(reply.body, requests.length);
    } catch (error) {
      if (AppError.is(error) && (error.kind === 'unavailable' || error.kind === 'timeout')) return 'nobody';
      throw error;
    }
  }
}

function readReplies(body: string, expected: number): AdmitReply[] {
  const reply = JSON.parse(body) as Partial<AdmitReplies> | null;
  const replies: unknown[] = expected === 1 ? [reply] : (reply?.replies ?? []);
  if (replies.length !== expected || !replies.every(isReply)) throw gatewayErrors.unreadableReply({ subject: StationPathSubject.admit });
  return replies;
}

function isReply(reply: unknown): reply is AdmitReply {
  const read = reply as Partial<AdmitReply> | null;
  if (read?.outcome === 'refused') return typeof read.reason === 'string';
  const known = read?.outcome === 'accepted' && typeof read.station === 'string' && typeof read.tenant === 'string';
  return known && Number.isSafeInteger(read.epoch) && typeof read.limits === 'object';
}
