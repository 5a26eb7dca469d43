import { CallLane } from './call-lane.js';
import { CommandLane, SUPERSEDED_DELAY_MS } from './command-lane.js';
import type { MalformedFrame, ParsedFrame } from './frame.js';
import { parseFrame } from './parse-frame.js';
import {
  CLOSE_CODE,
  DEFAULT_MACHINE_LIMITS,
  type CloseRequest,
  type CommandOutcome,
  type Instant,
  type MachineEffect,
  type MachineEvent,
  type MachineLimits,
  type MachineOptions,
  type MachineTimer,
} from './station-machine.types.js';

type State = 'open' | 'draining' | 'closed';

const TIMERS: readonly MachineTimer[] = ['call-deadline', 'call-rate', 'command-timeout', 'command-deadline'];
const CLOSED: CommandOutcome = { outcome: 'not-sent', reason: 'closed' };
const SUPERSEDED: CommandOutcome = { outcome: 'superseded' };

/**
 * The call protocol of one socket as a pure value: events in, effects out, no sockets, clocks or timers inside.
 * The driver carries out the effects in order and feeds back what happens.
 *
 * Held at all times: at most one unanswered CALL of ours on the wire; inbound CALLs are forwarded one by one and answered in
 * order, whatever our own CALL does (no deadlock); every inbound CALL gets exactly one answer unless the socket closes first;
 * every command completes exactly once per request; after `close` nothing is sent.
 */
export class StationMachine {
  private readonly limits: MachineLimits;
  private readonly calls: CallLane;
  private readonly commands: CommandLane;
  private state: State = 'open';
  private shutdown: CloseRequest | undefined;

  constructor(private readonly options: MachineOptions) {
    this.limits = { ...DEFAULT_MACHINE_LIMITS, ...options.limits };
    this.calls = new CallLane(this.limits, options.admit, options.newCallId);
    this.commands = new CommandLane(options.epoch, this.limits, options.newMessageId);
  }

  /** True until a `close` effect was given out or the socket was reported closed. */
  get open(): boolean {
    return this.state !== 'closed';
  }

  handle(event: MachineEvent, now: Instant): MachineEffect[] {
    const out: MachineEffect[] = [];
    switch (event.type) {
      case 'frame':
        this.frame(event.text, now, out);
        break;
      case 'call-answered':
        this.calls.answer(event.callId, event.answer, now, out);
        break;
      case 'call-failed':
        this.closeIf(this.calls.failed(event.callId), out);
        break;
      case 'command':
        this.commands.request(event, now, out);
        break;
      case 'timer':
        if (this.open) this.timer(event.timer, now, out);
        break;
      case 'superseded':
        this.close({ code: CLOSE_CODE.superseded, reason: 'superseded by a newer connection' }, SUPERSEDED, SUPERSEDED_DELAY_MS, out);
        break;
      case 'shutdown':
        this.drain({ code: event.code, reason: event.reason }, out);
        break;
      case 'closed':
        this.end(CLOSED, 0, out);
        break;
    }
    this.drainOn(out);
    return out;
  }

  private frame(text: string, now: Instant, out: MachineEffect[]): void {
    if (!this.open) {
      out.push({ type: 'oddity', reason: 'after-close', frame: text });
      return;
    }
    const { answerUnrecognised = false } = this.options;
    const frame = parseFrame(text, { maxBytes: this.limits.maxFrameBytes, answerUnrecognised });
    if (frame.kind === 'call') this.closeIf(this.calls.arrive(frame, text, now, out), out);
    else if (frame.kind === 'malformed') this.malformed(frame, text, now, out);
    else if (frame.kind === 'ignored') this.oddity('ignored-message-type', text, now, out);
    else if (!this.commands.answered(frame, text, now, out)) this.strayAnswer(frame, text, now, out);
  }

  private strayAnswer(frame: Extract<ParsedFrame, { kind: 'result' | 'error' }>, text: string, now: Instant, out: MachineEffect[]): void {
    this.oddity(this.commands.isLate(frame.messageId) ? 'late-answer' : 'unknown-answer', text, now, out);
  }

  private malformed(frame: MalformedFrame, text: string, now: Instant, out: MachineEffect[]): void {
    if (frame.answer !== undefined) out.push({ type: 'send', text: frame.answer });
    this.oddity(frame.reason, text, now, out, frame.answer);
    if (this.open) this.commands.answeredUnreadably(frame, text, now, out);
  }

  /** Frames that lead nowhere count against the rate as well: a flood of them is a flood. */
  private oddity(
    reason: Extract<MachineEffect, { type: 'oddity' }>['reason'],
    frame: string,
    now: Instant,
    out: MachineEffect[],
    answer?: string,
  ): void {
    out.push({ type: 'oddity', reason, frame, ...(answer !== undefined && { answer }) });
    if (!this.calls.spend(now)) this.closeIf({ code: CLOSE_CODE.policyViolation, reason: 'too many unusable frames' }, out);
  }

  private timer(timer: MachineTimer, now: Instant, out: MachineEffect[]): void {
    if (timer === 'call-deadline') this.closeIf(this.calls.deadlineTimer(now, out), out);
    if (timer === 'call-rate') this.calls.rateTimer(now, out);
    if (timer === 'command-timeout') this.commands.timeoutTimer(now, out);
    if (timer === 'command-deadline') this.commands.deadlineTimer(now, out);
  }

  private drain(request: CloseRequest, out: MachineEffect[]): void {
    if (this.state !== 'open') return;
    this.state = 'draining';
    this.shutdown = request;
    this.commands.drain(CLOSED, out);
  }

  /** Calls go on until our command is answered: some stations answer nothing while a call of their own is open. */
  private drainOn(out: MachineEffect[]): void {
    if (this.state !== 'draining' || this.commands.onItsWay) return;
    this.calls.drain();
    if (!this.calls.inWork) this.closeIf(this.shutdown, out);
  }

  private closeIf(request: CloseRequest | undefined, out: MachineEffect[]): void {
    if (request !== undefined) this.close(request, CLOSED, 0, out);
  }

  private close(request: CloseRequest, waiting: CommandOutcome, delayMs: number, out: MachineEffect[]): void {
    if (!this.open) return;
    this.end(waiting, delayMs, out);
    out.push({ type: 'close', ...request });
  }

  private end(waiting: CommandOutcome, delayMs: number, out: MachineEffect[]): void {
    if (!this.open) return;
    this.state = 'closed';
    this.calls.close();
    this.commands.close(waiting, delayMs, out);
    for (const timer of TIMERS) out.push({ type: 'clear-timer', timer });
  }
}
