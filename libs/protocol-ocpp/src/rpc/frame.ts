import type { OcppErrorCode } from './error-code.js';
import type { JsonObject } from './json.js';

/** OCPP-J 1.6, "The message type". */
export const MESSAGE_TYPE = { call: 2, result: 3, error: 4 } as const;

/** What a peer did that we read nevertheless. */
export type FrameDeviation = 'numeric-message-id' | 'empty-message-id' | 'long-message-id' | 'extra-elements' | 'replaced-unstorable-text';

export type MalformedReason =
  | 'too-large'
  | 'too-deep'
  | 'not-json'
  | 'not-an-array'
  | 'bad-message-type'
  | 'bad-message-id'
  | 'bad-action'
  | 'bad-payload'
  | 'bad-error-code';

interface Identified {
  /** The message id as text. */
  messageId: string;
  /** The id as JSON text exactly as it was sent (`"17"` or `17`): what an answer must carry. */
  echo: string;
  deviations: readonly FrameDeviation[];
}

export interface CallFrame extends Identified {
  kind: 'call';
  action: string;
  payload: JsonObject;
}

export interface ResultFrame extends Identified {
  kind: 'result';
  payload: JsonObject;
}

export interface ErrorFrame extends Identified {
  kind: 'error';
  /** In our spelling when it is a known one, else as sent. */
  code: string;
  description: string;
  details: JsonObject;
}

export interface MalformedFrame {
  kind: 'malformed';
  reason: MalformedReason;
  /** 2, 3 or 4, when that much could be read. */
  messageType?: number;
  /** Of the frame, when that much could be read. */
  messageId?: string;
  /** Frame text to send: only a CALL is answered, and only when its id is recognisable. */
  answer?: string;
  archive: true;
}

/** A message type we do not know is ignored (OCPP-J 1.6, "The message type"). */
export interface IgnoredFrame {
  kind: 'ignored';
  messageTypeId: number;
}

export type ParsedFrame = CallFrame | ResultFrame | ErrorFrame | MalformedFrame | IgnoredFrame;

/** A message id, or the frame that is being answered (then the id is echoed exactly as it was sent). */
export type AnsweredId = string | { readonly echo: string };

/** OCPP-J 1.6, "CallError": errorDescription. */
export const LONGEST_ERROR_DESCRIPTION = 255;

/** `[2,"id","Action",payload]`; `payloadJson` is the text of a JSON object. */
export function callFrame(messageId: string, action: string, payloadJson: string): string {
  return `[${MESSAGE_TYPE.call},${JSON.stringify(messageId)},${JSON.stringify(action)},${payloadJson}]`;
}

/** `[3,"id",payload]`; `payloadJson` is the text of a JSON object. */
export function resultFrame(id: AnsweredId, payloadJson: string): string {
  return `[${MESSAGE_TYPE.result},${idJson(id)},${payloadJson}]`;
}

/** `[4,"id","code","description",details]`; the description is cut to 255 characters. */
export function errorFrame(id: AnsweredId, code: OcppErrorCode, description = '', details: JsonObject = {}): string {
  const cut = [...description].slice(0, LONGEST_ERROR_DESCRIPTION).join('');
  return `[${MESSAGE_TYPE.error},${idJson(id)},"${code}",${JSON.stringify(cut)},${JSON.stringify(details)}]`;
}

function idJson(id: AnsweredId): string {
  return typeof id === 'string' ? JSON.stringify(id) : id.echo;
}
