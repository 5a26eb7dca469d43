import { errorFrame, resultFrame, type AnsweredId, type JsonObject, type OcppErrorCode } from '@ampline/protocol-ocpp';

export interface ErrorAnswer {
  readonly kind: 'error';
  readonly code: OcppErrorCode;
  readonly description: string;
  readonly details: JsonObject;
}

/** What a station is answered: the payload of a CALLRESULT as JSON text, or a CALLERROR. */
export type Answer = { readonly kind: 'result'; readonly payload: string } | ErrorAnswer;

export const EMPTY_ANSWER: Answer = { kind: 'result', payload: '{}' };

export function callError(code: OcppErrorCode, description: string, details: JsonObject = {}): ErrorAnswer {
  return { kind: 'error', code, description, details };
}

/** The answer as it goes on the wire. */
export function answerFrame(id: AnsweredId, answer: Answer): string {
  return answer.kind === 'result' ? resultFrame(id, answer.payload) : errorFrame(id, answer.code, answer.description, answer.details);
}

/** The outcome as the archive has it. */
export function resultOf(answer: Answer): string {
  return answer.kind === 'result' ? 'ok' : answer.code;
}
