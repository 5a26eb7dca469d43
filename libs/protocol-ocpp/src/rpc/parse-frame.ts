import { readErrorCode } from './error-code.js';
import { errorFrame, MESSAGE_TYPE, type FrameDeviation, type MalformedFrame, type MalformedReason, type ParsedFrame } from './frame.js';
import { isJsonObject, makeStorable, mayHoldUnstorableText, nestsDeeperThan, storableText } from './json.js';

export interface ParseOptions {
  /** UTF-8 bytes; default 256 KiB. The socket should have its own, equal limit. */
  maxBytes?: number;
  /** Default 32; the deepest OCPP message needs 8. */
  maxDepth?: number;
  /** Answer a CALL whose id cannot be recognised with the id `-1`, as OCPP-J 2.x does. Default false: 1.6 knows no such answer. */
  answerUnrecognised?: boolean;
}

const DEFAULT_MAX_BYTES = 256 * 1024;
const DEFAULT_MAX_DEPTH = 32;
/** OCPP-J 1.6, "Message ID": 36 characters. Longer ones are read up to this. */
const LONGEST_CONFORMING_ID = 36;
const LONGEST_READABLE_ID = 255;
const UNRECOGNISED_ID = '-1';

/**
 * Reads one text frame of OCPP-J. Never throws and judges the envelope only; payloads are the schemas' matter.
 *
 * - Broken JSON has no prescribed answer in 1.6. When the head of the text still shows a CALL and its id, that CALL is answered
 *   with FormationViolation, so that the station need not wait for its time-out; else it is archived without an answer.
 * - Of duplicate keys the last counts (as in every JSON parser a station could have tested with); the raw frame is kept.
 * - A number as message id is echoed as the same number.
 */
export function parseFrame(text: string, options: ParseOptions = {}): ParsedFrame {
  if (longerThan(options.maxBytes ?? DEFAULT_MAX_BYTES, text)) return malformed('too-large', {});
  if (nestsDeeperThan(options.maxDepth ?? DEFAULT_MAX_DEPTH, text)) return unreadable('too-deep', text, options);
  const parsed = parseJson(text);
  if (parsed === undefined) return unreadable('not-json', text, options);
  if (!Array.isArray(parsed.value)) return unreadable('not-an-array', text, options);
  return parseEnvelope(parsed.value, text, options);
}

function parseEnvelope(elements: unknown[], text: string, options: ParseOptions): ParsedFrame {
  const messageType = elements[0];
  if (typeof messageType !== 'number') return malformed('bad-message-type', {});
  if (!isKnownType(messageType)) return { kind: 'ignored', messageTypeId: messageType };

  const deviations: FrameDeviation[] = [];
  if (mayHoldUnstorableText(text) && makeStorable(elements)) deviations.push('replaced-unstorable-text');
  const id = readId(elements[1], text, deviations);
  if (id === undefined) return unreadable('bad-message-id', text, options, messageType);
  if (id.messageId.length > LONGEST_READABLE_ID) return broken('bad-message-id', messageType, id);
  const identified = { ...id, deviations };

  if (messageType === MESSAGE_TYPE.call) {
    const [, , action, payload] = elements;
    if (typeof action !== 'string' || action === '') return broken('bad-action', messageType, id);
    if (!isJsonObject(payload)) return broken('bad-payload', messageType, id);
    if (elements.length > 4) deviations.push('extra-elements');
    return { kind: 'call', ...identified, action, payload };
  }
  if (messageType === MESSAGE_TYPE.result) {
    const payload = elements[2];
    if (!isJsonObject(payload)) return broken('bad-payload', messageType, id);
    if (elements.length > 3) deviations.push('extra-elements');
    return { kind: 'result', ...identified, payload };
  }
  const [, , code, description, details] = elements;
  if (typeof code !== 'string') return broken('bad-error-code', messageType, id);
  if (elements.length > 5) deviations.push('extra-elements');
  return {
    kind: 'error',
    ...identified,
    code: readErrorCode(code) ?? code,
    description: typeof description === 'string' ? description : '',
    details: isJsonObject(details) ? details : {},
  };
}

interface ReadId {
  messageId: string;
  echo: string;
}

function readId(raw: unknown, text: string, deviations: FrameDeviation[]): ReadId | undefined {
  if (typeof raw === 'number') {
    // The text, not the number: 17.0 and 12345678901234567890 would not survive a conversion.
    const echo = NUMERIC_ID.exec(text)?.[1];
    if (echo === undefined) return undefined;
    deviations.push('numeric-message-id');
    return { messageId: echo, echo };
  }
  if (typeof raw !== 'string') return undefined;
  if (raw === '') deviations.push('empty-message-id');
  if (raw.length > LONGEST_CONFORMING_ID) deviations.push('long-message-id');
  const echo = deviations.includes('replaced-unstorable-text') ? QUOTED_ID.exec(text)?.[1] : undefined;
  return { messageId: raw, echo: echo ?? JSON.stringify(raw) };
}

/** A frame whose id is known: a CALL gets its CALLERROR, an answer of the peer is only reported. */
function broken(reason: MalformedReason, messageType: number, id: ReadId): MalformedFrame {
  const answer = messageType === MESSAGE_TYPE.call ? errorFrame(id, 'FormationViolation', EXPLANATION[reason]) : undefined;
  return malformed(reason, { messageType, messageId: id.messageId, ...(answer !== undefined && { answer }) });
}

/** Text that is no frame. Its head may still show the CALL somebody waits for. */
function unreadable(reason: MalformedReason, text: string, options: ParseOptions, messageType?: number): MalformedFrame {
  const head = CALL_HEAD.exec(text)?.[1];
  const messageId = head === undefined ? undefined : (parseJson(head)?.value as string | undefined);
  if (head !== undefined && messageId !== undefined && reason !== 'bad-message-id') {
    return broken(reason, MESSAGE_TYPE.call, { messageId: storableText(messageId), echo: head });
  }
  const mayAnswer = options.answerUnrecognised === true && (messageType ?? MESSAGE_TYPE.call) === MESSAGE_TYPE.call;
  return malformed(reason, {
    ...(messageType !== undefined && { messageType }),
    ...(mayAnswer && { answer: errorFrame(UNRECOGNISED_ID, 'FormationViolation', EXPLANATION[reason]) }),
  });
}

function malformed(reason: MalformedReason, more: Omit<MalformedFrame, 'kind' | 'reason' | 'archive'>): MalformedFrame {
  return { kind: 'malformed', reason, ...more, archive: true };
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (e) {
    if (e instanceof SyntaxError) return undefined;
    throw e;
  }
}

function longerThan(maxBytes: number, text: string): boolean {
  // A UTF-16 unit takes one to three bytes in UTF-8, so most frames are decided without counting.
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

function isKnownType(messageType: number): boolean {
  return messageType === MESSAGE_TYPE.call || messageType === MESSAGE_TYPE.result || messageType === MESSAGE_TYPE.error;
}

const NUMERIC_ID = /^\s*\[\s*[-+.\deE]+\s*,\s*(-?[.\deE+-]+)\s*[,\]]/;
const QUOTED_ID = /^\s*\[\s*[-+.\deE]+\s*,\s*("(?:[^"\\]|\\.)*")\s*[,\]]/;
const CALL_HEAD = /^\s*\[\s*2\s*,\s*("(?:[^"\\]|\\.){0,255}")\s*,/;

const EXPLANATION: Record<MalformedReason, string> = {
  'too-large': 'The frame is too large.',
  'too-deep': 'The payload is nested too deeply.',
  'not-json': 'The frame is not valid JSON.',
  'not-an-array': 'The frame is not a JSON array.',
  'bad-message-type': 'The message type is not a number.',
  'bad-message-id': 'The message id is not a string of at most 36 characters.',
  'bad-action': 'The action is not a non-empty string.',
  'bad-payload': 'The payload is not a JSON object.',
  'bad-error-code': 'The error code is not a string.',
};
