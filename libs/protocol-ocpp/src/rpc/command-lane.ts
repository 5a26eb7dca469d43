import { callFrame, type ErrorFrame, type MalformedFrame, type ResultFrame } from './frame.js';
import type { CommandOutcome, CommandRequest, Instant, MachineEffect, MachineLimits } from './station-machine.types.js';

interface SentCommand {
  commandId: string;
  deadlineMs: number;
  messageId: string;
  requestFrame: string;
  sentAt: Instant;
}

/** The right socket must win the race for the first reply, so that the wrong one answers late. */
export const SUPERSEDED_DELAY_MS = 250;
/** Outcomes are kept this long past the deadline of their command: the clocks of two hosts are not one. */
const KEEP_PAST_DEADLINE_MS = 60_000;
const REMEMBERED_TIMEOUTS = 16;

/**
 * Our CALLs on one socket: one on the wire, the next when it is answered or timed out (OCPP-J 1.6, "Synchronicity").
 * A command id is carried out at most once; asked for again, it yields its outcome again.
 */
export class CommandLane {
  private sent: SentCommand | undefined;
  private waiting: CommandRequest[] = [];
  /** Absent while there are none, as on most sockets: an empty map is what fifteen thousand of them would feel. */
  private finished: Map<string, { outcome: CommandOutcome; deadlineMs: number }> | undefined;
  private readonly timedOut: string[] = [];
  private closed = false;

  constructor(
    private readonly epoch: number,
    private readonly limits: MachineLimits,
    private readonly newMessageId: () => string,
  ) {}

  request(command: CommandRequest, now: Instant, out: MachineEffect[]): void {
    const { commandId } = command;
    if (command.epoch !== this.epoch) {
      out.push({ type: 'complete', commandId, outcome: { outcome: 'superseded' }, delayMs: SUPERSEDED_DELAY_MS });
      return;
    }
    this.forgetOld(now);
    const known = this.finished?.get(commandId);
    if (known !== undefined) complete(commandId, known.outcome, out);
    else if (this.sent?.commandId === commandId || this.waiting.some((other) => other.commandId === commandId)) return;
    else if (this.closed) notSent(commandId, 'closed', out);
    else if (now.wallMs >= command.deadlineMs) notSent(commandId, 'deadline', out);
    else if (this.sent !== undefined && this.waiting.length >= this.limits.maxWaitingCommands) notSent(commandId, 'queue-full', out);
    else {
      this.waiting.push(command);
      this.sendNext(now, out);
    }
  }

  /** @returns whether the frame was the answer we wait for. */
  answered(frame: ResultFrame | ErrorFrame, responseFrame: string, now: Instant, out: MachineEffect[]): boolean {
    const onTheWire = this.onTheWire(frame.messageId, responseFrame, now);
    if (onTheWire === undefined) return false;
    const outcome: CommandOutcome =
      frame.kind === 'result'
        ? { outcome: 'answered', payload: frame.payload, ...onTheWire }
        : { outcome: 'call-error', code: frame.code, description: frame.description, details: frame.details, ...onTheWire };
    this.finish(outcome, now, out);
    return true;
  }

  /** An answer whose id could be read and nothing else: the station has answered, so the next command may go. */
  answeredUnreadably(frame: MalformedFrame, responseFrame: string, now: Instant, out: MachineEffect[]): void {
    const onTheWire = frame.messageId === undefined ? undefined : this.onTheWire(frame.messageId, responseFrame, now);
    if (onTheWire === undefined) return;
    const description = 'The answer of the station is malformed.';
    const details = { reason: frame.reason };
    this.finish({ outcome: 'call-error', code: 'FormationViolation', description, details, ...onTheWire }, now, out);
  }

  isLate(messageId: string): boolean {
    return this.timedOut.includes(messageId);
  }

  timeoutTimer(now: Instant, out: MachineEffect[]): void {
    if (this.sent === undefined) return;
    const remainingMs = this.sent.sentAt.monotonicMs + this.limits.commandTimeoutMs - now.monotonicMs;
    if (remainingMs > 0) {
      out.push({ type: 'set-timer', timer: 'command-timeout', afterMs: remainingMs });
      return;
    }
    this.timedOut.push(this.sent.messageId);
    if (this.timedOut.length > REMEMBERED_TIMEOUTS) this.timedOut.shift();
    this.finish(timeoutOf(this.sent), now, out);
  }

  deadlineTimer(now: Instant, out: MachineEffect[]): void {
    this.expire(now, out);
    this.watchDeadlines(now, out);
  }

  /** True while a command of ours waits for its answer. */
  get onItsWay(): boolean {
    return this.sent !== undefined;
  }

  /** Takes no new command and sends none of those that wait; the one on the wire may still be answered. */
  drain(waiting: CommandOutcome, out: MachineEffect[]): void {
    this.giveUpWaiting(waiting, 0, out);
    out.push({ type: 'clear-timer', timer: 'command-deadline' });
  }

  /** @param waiting what becomes of the commands that were never sent */
  close(waiting: CommandOutcome, delayMs: number, out: MachineEffect[]): void {
    if (this.sent !== undefined) {
      this.keep(this.sent, timeoutOf(this.sent));
      complete(this.sent.commandId, timeoutOf(this.sent), out);
    }
    this.sent = undefined;
    this.giveUpWaiting(waiting, delayMs, out);
  }

  private giveUpWaiting(outcome: CommandOutcome, delayMs: number, out: MachineEffect[]): void {
    this.closed = true;
    for (const { commandId } of this.waiting) out.push({ type: 'complete', commandId, outcome, delayMs });
    this.waiting = [];
  }

  private sendNext(now: Instant, out: MachineEffect[]): void {
    this.expire(now, out);
    const next = this.sent === undefined ? this.waiting.shift() : undefined;
    if (next !== undefined) {
      const { commandId, deadlineMs, action, payloadJson } = next;
      const messageId = this.newMessageId();
      const requestFrame = callFrame(messageId, action, payloadJson);
      this.sent = { commandId, deadlineMs, messageId, requestFrame, sentAt: now };
      out.push({ type: 'send', text: requestFrame, commandId });
      out.push({ type: 'set-timer', timer: 'command-timeout', afterMs: this.limits.commandTimeoutMs });
    }
    this.watchDeadlines(now, out);
  }

  private finish(outcome: CommandOutcome, now: Instant, out: MachineEffect[]): void {
    const { commandId } = this.keep(this.sent as SentCommand, outcome);
    this.sent = undefined;
    out.push({ type: 'clear-timer', timer: 'command-timeout' });
    complete(commandId, outcome, out);
    this.sendNext(now, out);
  }

  private keep(command: SentCommand, outcome: CommandOutcome): SentCommand {
    this.finished ??= new Map();
    this.finished.set(command.commandId, { outcome, deadlineMs: command.deadlineMs });
    return command;
  }

  private expire(now: Instant, out: MachineEffect[]): void {
    const expired = this.waiting.filter((command) => now.wallMs >= command.deadlineMs);
    if (expired.length === 0) return;
    this.waiting = this.waiting.filter((command) => now.wallMs < command.deadlineMs);
    for (const { commandId } of expired) notSent(commandId, 'deadline', out);
  }

  private watchDeadlines(now: Instant, out: MachineEffect[]): void {
    const earliest = Math.min(...this.waiting.map((command) => command.deadlineMs));
    out.push(
      Number.isFinite(earliest)
        ? { type: 'set-timer', timer: 'command-deadline', afterMs: earliest - now.wallMs }
        : { type: 'clear-timer', timer: 'command-deadline' },
    );
  }

  private onTheWire(messageId: string, responseFrame: string, now: Instant) {
    if (this.sent?.messageId !== messageId) return undefined;
    const { requestFrame, sentAt } = this.sent;
    return { messageId, sentAt: iso(sentAt.wallMs), answeredAt: iso(now.wallMs), requestFrame, responseFrame };
  }

  private forgetOld(now: Instant): void {
    for (const [commandId, { deadlineMs }] of this.finished ?? []) {
      if (now.wallMs > deadlineMs + KEEP_PAST_DEADLINE_MS) this.finished?.delete(commandId);
    }
  }
}

function complete(commandId: string, outcome: CommandOutcome, out: MachineEffect[]): void {
  out.push({ type: 'complete', commandId, outcome, delayMs: 0 });
}

function notSent(commandId: string, reason: 'closed' | 'queue-full' | 'deadline', out: MachineEffect[]): void {
  complete(commandId, { outcome: 'not-sent', reason }, out);
}

function timeoutOf({ messageId, requestFrame }: SentCommand): CommandOutcome {
  return { outcome: 'timeout', messageId, requestFrame };
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
