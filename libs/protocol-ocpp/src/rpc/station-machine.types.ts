import type { OcppErrorCode } from './error-code.js';
import type { FrameDeviation, MalformedReason } from './frame.js';
import type { JsonObject } from './json.js';

/** One moment on both clocks: `wallMs` (Unix) for what is reported, `monotonicMs` for what is measured. */
export interface Instant {
  wallMs: number;
  monotonicMs: number;
}

export interface MachineLimits {
  /** UTF-8 bytes of a frame. */
  maxFrameBytes: number;
  /** Sustained rate of inbound CALLs; as many may come at once. Above it they wait. */
  callsPerMinute: number;
  /** Inbound CALLs waiting at which reading from the socket pauses; it resumes at half. */
  pauseReadingAt: number;
  /** Inbound CALLs waiting (frames that were already read when reading paused) above which the socket is closed with 1008. */
  maxWaitingCalls: number;
  /** Of all waiting frames together. */
  maxWaitingChars: number;
  /** From the arrival of a CALL to closing the socket with 1013 because nobody answered it. */
  callDeadlineMs: number;
  /** How long the peer may take to answer a CALL of ours. */
  commandTimeoutMs: number;
  maxWaitingCommands: number;
}

/** `forward`: a request this side may receive; else the CALLERROR code to answer with. */
export type ActionAdmission = 'forward' | 'NotImplemented' | 'NotSupported';

export interface MachineOptions {
  /** Connection epoch of this socket: commands that name another are not for it. */
  epoch: number;
  limits?: Partial<MachineLimits>;
  /** For instance `admitOcpp16Action` of one side. */
  admit: (action: string) => ActionAdmission;
  /** Idempotency key of an inbound CALL: a new UUIDv7 each time. */
  newCallId: () => string;
  /** At most 36 characters, new each time. */
  newMessageId: () => string;
  /** Answer a frame whose id cannot be recognised with id `-1`. Default false. */
  answerUnrecognised?: boolean;
}

/** What the driver does with the timer of each name; setting one again replaces it. */
export type MachineTimer = 'call-deadline' | 'call-rate' | 'command-timeout' | 'command-deadline';

/** What the back end said to a forwarded CALL. */
export type CallAnswer =
  { outcome: 'result'; payloadJson: string } | { outcome: 'error'; code: OcppErrorCode; description: string; details: JsonObject };

export interface CommandRequest {
  commandId: string;
  epoch: number;
  action: string;
  /** Text of a JSON object, validated by whoever made it. */
  payloadJson: string;
  /** Unix ms: not sent any more after it. */
  deadlineMs: number;
}

interface OnTheWire {
  messageId: string;
  /** ISO 8601 UTC, as are all times here. */
  sentAt: string;
  answeredAt: string;
  requestFrame: string;
  responseFrame: string;
}

/** How a command ended; the shape the station path puts on the bus. */
export type CommandOutcome =
  | ({ outcome: 'answered'; payload: unknown } & OnTheWire)
  | ({ outcome: 'call-error'; code: string; description: string; details: unknown } & OnTheWire)
  /** Another socket of the station has the named epoch. */
  | { outcome: 'superseded' }
  /** Sent and not answered: the station may or may not have carried it out. */
  | { outcome: 'timeout'; messageId: string; requestFrame: string }
  | { outcome: 'not-sent'; reason: 'closed' | 'queue-full' | 'deadline' };

export type MachineEvent =
  | { type: 'frame'; text: string }
  | { type: 'call-answered'; callId: string; answer: CallAnswer }
  /** The back end cannot be reached and the driver will not try again. */
  | { type: 'call-failed'; callId: string }
  | ({ type: 'command' } & CommandRequest)
  | { type: 'timer'; timer: MachineTimer }
  /** A newer socket of the same station was admitted. */
  | { type: 'superseded' }
  /** Close in good order: the CALL in work is answered first. */
  | { type: 'shutdown'; code: number; reason: string }
  /** The socket is gone. */
  | { type: 'closed' };

export type OddityReason =
  | MalformedReason
  | 'ignored-message-type'
  | 'unknown-action'
  | 'unsupported-action'
  /** The same frame again while its first copy is still in work: it gets the one answer. */
  | 'repeated-call'
  | 'late-answer'
  | 'unknown-answer'
  | 'after-close';

export interface ForwardedCall {
  callId: string;
  messageId: string;
  action: string;
  rawFrame: string;
  receivedAtMs: number;
  /** Unix ms: after it the station is not answered any more. */
  deadlineMs: number;
  deviations: readonly FrameDeviation[];
}

export type MachineEffect =
  /** `answers`: the forwarded call this frame answers. `commandId`: the command it carries. */
  | { type: 'send'; text: string; answers?: string; commandId?: string }
  | ({ type: 'forward' } & ForwardedCall)
  /** Reply to every request that named this command, after `delayMs`. */
  | { type: 'complete'; commandId: string; outcome: CommandOutcome; delayMs: number }
  /** For the archive and the log: a frame that went no further. */
  | { type: 'oddity'; reason: OddityReason; frame: string; answer?: string }
  /** A CALL was answered by the back end when nobody waited any more. */
  | { type: 'answer-dropped'; callId: string }
  | { type: 'pause-reading' }
  | { type: 'resume-reading' }
  | { type: 'set-timer'; timer: MachineTimer; afterMs: number }
  | { type: 'clear-timer'; timer: MachineTimer }
  | { type: 'close'; code: number; reason: string };

export const DEFAULT_MACHINE_LIMITS: MachineLimits = {
  maxFrameBytes: 256 * 1024,
  callsPerMinute: 600,
  pauseReadingAt: 20,
  maxWaitingCalls: 500,
  maxWaitingChars: 1024 * 1024,
  callDeadlineMs: 25_000,
  commandTimeoutMs: 30_000,
  maxWaitingCommands: 20,
};

/** The socket has to go. */
export interface CloseRequest {
  code: number;
  reason: string;
}

/** RFC 6455 §7.4.1 close codes the machine asks for. */
export const CLOSE_CODE = {
  superseded: 1000,
  policyViolation: 1008,
  /** "Try again later": the station keeps its messages and sends them after it has reconnected. */
  tryAgainLater: 1013,
} as const;
