import { errorFrame, resultFrame, type CallFrame } from './frame.js';
import {
  CLOSE_CODE,
  type ActionAdmission,
  type CallAnswer,
  type CloseRequest,
  type Instant,
  type MachineEffect,
  type MachineLimits,
} from './station-machine.types.js';

interface HeldCall {
  callId: string;
  frame: CallFrame;
  rawFrame: string;
  receivedAt: Instant;
}

const MINUTE_MS = 60_000;

/**
 * Inbound CALLs of one socket: forwarded one at a time in the order they came, the others wait; a token bucket holds them to
 * their rate. Nothing is dropped while the socket lives: too many make us stop reading, and in the end close.
 */
export class CallLane {
  private current: HeldCall | undefined;
  private readonly waiting: HeldCall[] = [];
  private waitingChars = 0;
  private watched: HeldCall | undefined;
  private tokens: number;
  private refilledAtMs: number | undefined;
  private paused = false;
  private draining = false;

  constructor(
    private readonly limits: MachineLimits,
    private readonly admit: (action: string) => ActionAdmission,
    private readonly newCallId: () => string,
  ) {
    this.tokens = limits.callsPerMinute;
  }

  get inWork(): boolean {
    return this.current !== undefined;
  }

  arrive(frame: CallFrame, rawFrame: string, now: Instant, out: MachineEffect[]): CloseRequest | undefined {
    if (this.holds(rawFrame)) {
      out.push({ type: 'oddity', reason: 'repeated-call', frame: rawFrame });
      return undefined;
    }
    this.waiting.push({ callId: this.newCallId(), frame, rawFrame, receivedAt: now });
    this.waitingChars += rawFrame.length;
    this.pump(now, out);
    const tooMany = this.waiting.length > this.limits.maxWaitingCalls || this.waitingChars > this.limits.maxWaitingChars;
    return tooMany ? { code: CLOSE_CODE.policyViolation, reason: 'too many calls at once' } : undefined;
  }

  /** A frame that is no CALL we could queue still costs its token: false when there is none left. */
  spend(now: Instant): boolean {
    this.refill(now);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  answer(callId: string, answer: CallAnswer, now: Instant, out: MachineEffect[]): void {
    const call = this.current;
    if (call?.callId !== callId) {
      out.push({ type: 'answer-dropped', callId });
      return;
    }
    const text =
      answer.outcome === 'result'
        ? resultFrame(call.frame, answer.payloadJson)
        : errorFrame(call.frame, answer.code, answer.description, answer.details);
    this.current = undefined;
    out.push({ type: 'send', text, answers: callId });
    this.pump(now, out);
  }

  /**
   * Both CALLERROR and silence use up the station's attempts, and then it drops the message. Closing makes it keep the message
   * and come back.
   */
  failed(callId: string): CloseRequest | undefined {
    return this.current?.callId === callId ? { code: CLOSE_CODE.tryAgainLater, reason: 'back end unavailable' } : undefined;
  }

  deadlineTimer(now: Instant, out: MachineEffect[]): CloseRequest | undefined {
    const oldest = this.oldest();
    if (oldest === undefined) return undefined;
    if (this.remainingMs(oldest, now) > 0) {
      this.watched = undefined;
      this.watchOldest(now, out);
      return undefined;
    }
    return this.current === undefined
      ? { code: CLOSE_CODE.policyViolation, reason: 'more calls than the agreed rate' }
      : { code: CLOSE_CODE.tryAgainLater, reason: 'back end unavailable' };
  }

  rateTimer(now: Instant, out: MachineEffect[]): void {
    this.pump(now, out);
  }

  /** Forwards nothing more; what waits is the station's to send again. */
  drain(): void {
    this.draining = true;
  }

  close(): void {
    this.drain();
    this.current = undefined;
    this.waiting.length = 0;
    this.waitingChars = 0;
  }

  private pump(now: Instant, out: MachineEffect[]): void {
    while (!this.draining && this.current === undefined && this.waiting.length > 0) {
      if (!this.spend(now)) {
        out.push({ type: 'set-timer', timer: 'call-rate', afterMs: this.untilNextTokenMs() });
        break;
      }
      this.begin(this.takeNext(), out);
    }
    this.watchOldest(now, out);
    this.regulateReading(out);
  }

  private begin(call: HeldCall, out: MachineEffect[]): void {
    const { frame, rawFrame, callId, receivedAt } = call;
    const verdict = this.admit(frame.action);
    if (verdict === 'forward') {
      this.current = call;
      const { messageId, action, deviations } = frame;
      const deadlineMs = receivedAt.wallMs + this.limits.callDeadlineMs;
      out.push({ type: 'forward', callId, messageId, action, rawFrame, receivedAtMs: receivedAt.wallMs, deadlineMs, deviations });
      return;
    }
    const answer = errorFrame(frame, verdict, verdict === 'NotSupported' ? 'Not a request for this side.' : 'Unknown action.');
    out.push({ type: 'send', text: answer });
    out.push({ type: 'oddity', reason: verdict === 'NotSupported' ? 'unsupported-action' : 'unknown-action', frame: rawFrame, answer });
  }

  private takeNext(): HeldCall {
    const call = this.waiting.shift() as HeldCall;
    this.waitingChars -= call.rawFrame.length;
    return call;
  }

  private holds(rawFrame: string): boolean {
    return this.current?.rawFrame === rawFrame || this.waiting.some((call) => call.rawFrame === rawFrame);
  }

  private oldest(): HeldCall | undefined {
    return this.current ?? this.waiting[0];
  }

  private watchOldest(now: Instant, out: MachineEffect[]): void {
    const oldest = this.oldest();
    if (oldest === this.watched) return;
    this.watched = oldest;
    out.push(
      oldest === undefined
        ? { type: 'clear-timer', timer: 'call-deadline' }
        : { type: 'set-timer', timer: 'call-deadline', afterMs: Math.max(0, this.remainingMs(oldest, now)) },
    );
  }

  private remainingMs(call: HeldCall, now: Instant): number {
    return call.receivedAt.monotonicMs + this.limits.callDeadlineMs - now.monotonicMs;
  }

  private regulateReading(out: MachineEffect[]): void {
    if (!this.paused && this.waiting.length >= this.limits.pauseReadingAt) {
      this.paused = true;
      out.push({ type: 'pause-reading' });
    } else if (this.paused && this.waiting.length <= this.limits.pauseReadingAt / 2) {
      this.paused = false;
      out.push({ type: 'resume-reading' });
    }
  }

  private refill(now: Instant): void {
    const elapsedMs = now.monotonicMs - (this.refilledAtMs ?? now.monotonicMs);
    this.refilledAtMs = now.monotonicMs;
    this.tokens = Math.min(this.limits.callsPerMinute, this.tokens + (elapsedMs * this.limits.callsPerMinute) / MINUTE_MS);
  }

  private untilNextTokenMs(): number {
    return Math.ceil(((1 - this.tokens) * MINUTE_MS) / this.limits.callsPerMinute);
  }
}
