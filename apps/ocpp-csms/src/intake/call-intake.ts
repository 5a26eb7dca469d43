import { AppError } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import type { Telemetry } from '@ampline/platform-telemetry';
import { sqlState } from '@ampline/platform-postgres';
import {
  admitOcpp16Action,
  ocpp16Action,
  parseFrame,
  validateInbound,
  type CallFrame,
  type Deviation,
  type OcppErrorCode,
  type ReceivedRequest,
  type ValidationPolicy,
} from '@ampline/protocol-ocpp';
import { callError, EMPTY_ANSWER, type Answer, type ErrorAnswer } from './answer.js';
import { Refusal, type CallWork } from './call-work.js';
import { intakeErrors } from './errors.js';
import type { Gate } from './gate.js';
import { findingKeyOf, type KeptCall, type KeptCalls } from './kept-calls.js';
import type { InboundAction, Route, RouteTable } from './routes.js';
import type { SerialIntake } from './serial-intake.js';
import type { StationCall } from './station-call.js';

/** `retry`: nothing was done, or it is not known whether; the gateway asks again with the same call id. */
export type IntakeOutcome = Answer | 'retry';

export interface CallIntakeParts {
  routes: RouteTable;
  serial: SerialIntake;
  kept: KeptCalls;
  /** Bounds the database connections that single calls take, so that batches find theirs. */
  gate: Gate;
  /** How a station's messages are judged. */
  policyFor: (stationId: string) => ValidationPolicy;
}

interface Judged<A extends InboundAction> {
  call: StationCall;
  frame: CallFrame;
  action: A;
  request: ReceivedRequest<A>;
  deviations: readonly string[];
}

/** From the frame of a station to the answer it is given: checked, taken in, committed, then answered. */
export class CallIntake {
  constructor(
    private readonly parts: CallIntakeParts,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  async take(call: StationCall): Promise<IntakeOutcome> {
    if (this.isTooLate(call)) return 'retry';
    const frame = parseFrame(call.frame, { maxBytes: Infinity });
    // The gateway has answered everything else itself.
    if (frame.kind !== 'call') throw intakeErrors.badCall({ kind: frame.kind });
    try {
      return await this.takeFrame(call, frame);
    } catch (e) {
      if (isPassing(e)) return this.later(call, e);
      throw e;
    }
  }

  private async takeFrame(call: StationCall, frame: CallFrame): Promise<IntakeOutcome> {
    const admission = admitOcpp16Action('central-system', frame.action);
    if (admission !== 'forward') return this.refuse(call, frame, callError(admission, ''), frame.deviations);
    const action = frame.action as InboundAction;
    const judged = validateInbound(action, 'request', frame.payload, this.parts.policyFor(call.stationId));
    const deviations = [...frame.deviations, ...judged.deviations.map(deviationText)];
    if (!judged.ok) return this.refuse(call, frame, callError(judged.code, judged.description, judged.details), deviations);
    try {
      return await this.dispatch({ call, frame, action, request: judged.payload, deviations });
    } catch (e) {
      if (isPassing(e) || AppError.is(e, 'csms.intake.station-gone')) throw e;
      return await this.fail(call, frame, deviations, e);
    }
  }

  private dispatch<A extends InboundAction>({ call, frame, action, request, deviations }: Judged<A>): Promise<IntakeOutcome> {
    const route: Route<A> = this.parts.routes[action];
    if (route.kind === 'batch') return route.take({ call, frame, request, deviations });
    const handle = async (work: CallWork): Promise<Answer> => {
      const response = await route.handle(work, request);
      if (!(response instanceof Refusal)) return { kind: 'result', payload: JSON.stringify(response) };
      const answer = callError(response.code, response.description);
      if (isAboutTransactions(action)) await work.workList.raise({ ...invalid(answer), findingKey: findingKeyOf(frame) });
      return answer;
    };
    return this.parts.gate.pass(async () => {
      if (this.isTooLate(call)) return 'retry';
      return this.parts.serial.take({ call, frame, deviations, handle });
    });
  }

  /** A call that is not taken in, and never will be: answered with an error, and kept. */
  private async refuse(call: StationCall, frame: CallFrame, answer: ErrorAnswer, deviations: readonly string[]): Promise<Answer> {
    await this.keep({ call, frame, deviations, answer, ...(isAboutTransactions(frame.action) && { issue: invalid(answer) }) });
    return answer;
  }

  /**
   * A fault of ours. The call is kept. An end and meter values can be answered truthfully: they are stored. A begin cannot, since its
   * answer is an id that exists: the gateway asks again, and in the end lets the station keep it.
   */
  private async fail(call: StationCall, frame: CallFrame, deviations: readonly string[], cause: unknown): Promise<IntakeOutcome> {
    const { stationId, callId } = call;
    const failure = intakeErrors.handlerFailed({ stationId, callId, action: frame.action }, cause);
    this.telemetry.logger.error('intake.call-failed', failure.details, cause);
    const answer = answerOfFailed(frame.action);
    const detail = { code: failure.code };
    const issue = isAboutTransactions(frame.action) ? { issue: { reason: 'intake-failed', detail } as const } : {};
    await this.keep({ call, frame, deviations, ...(answer !== undefined && { answer }), ...issue });
    return answer ?? 'retry';
  }

  private keep(kept: KeptCall): Promise<void> {
    return this.parts.gate.pass(() => this.parts.kept.keep(kept));
  }

  private later(call: StationCall, e: unknown): 'retry' {
    const { stationId, callId, action } = call;
    this.telemetry.logger.warn('intake.call-postponed', { stationId, callId, action, code: AppError.is(e) ? e.code : sqlState(e) });
    return 'retry';
  }

  private isTooLate(call: StationCall): boolean {
    return this.clock.now() >= call.deadline;
  }
}

/** Lock not available: another call of the station takes long. */
const LOCK_NOT_AVAILABLE = '55P03';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/** Whether the same call may well succeed a little later. */
function isPassing(e: unknown): boolean {
  if (AppError.is(e)) return e.kind === 'unavailable' || e.kind === 'timeout';
  return [LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE, DEADLOCK].includes(sqlState(e) ?? '');
}

function isAboutTransactions(action: string): boolean {
  return admitOcpp16Action('central-system', action) === 'forward' && ocpp16Action(action as InboundAction).transactionRelated === true;
}

function invalid({ code, description }: ErrorAnswer): { reason: 'invalid-message'; detail: Record<string, unknown> } {
  return { reason: 'invalid-message', detail: { code, description } };
}

function answerOfFailed(action: string): Answer | undefined {
  if (action === 'StartTransaction') return undefined;
  if (action === 'StopTransaction' || action === 'MeterValues') return EMPTY_ANSWER;
  return callError('InternalError' satisfies OcppErrorCode, 'The message was kept, but could not be worked on.');
}

function deviationText({ kind, path }: Deviation): string {
  return path === '' ? kind : `${kind} ${path}`;
}
