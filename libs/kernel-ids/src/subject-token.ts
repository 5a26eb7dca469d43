import { idErrors } from './errors.js';

/**
 * Turns any identity into one NATS subject token and back.
 *
 * Every UTF-8 byte outside `[A-Za-z0-9_-]` becomes `%XX`. `encodeURIComponent` will not do: it leaves `.` and `*`, so a
 * station named `*` would receive the commands of all others.
 *
 * @throws AppError `ids.not-a-subject-token` for the empty string and for lone surrogates (two different broken names
 * would otherwise share one token).
 */
export function subjectToken(value: string): string {
  if (value === '') throw idErrors.notASubjectToken({ reason: 'empty' });
  if (PLAIN.test(value)) return value;
  if (LONE_SURROGATE.test(value)) throw idErrors.notASubjectToken({ reason: 'lone surrogate' });
  let token = '';
  for (const byte of encoder.encode(value)) token += TOKEN_OF_BYTE[byte];
  return token;
}

/** @throws AppError `ids.not-a-subject-token` for anything `subjectToken` would not have written itself. */
export function fromSubjectToken(token: string): string {
  if (PLAIN.test(token)) return token;
  if (!TOKEN.test(token)) throw idErrors.notASubjectToken({ reason: 'not encoded by us' });
  const value = decode(token);
  // `%41` is another spelling of `A`; one identity has exactly one token.
  if (subjectToken(value) !== token) throw idErrors.notASubjectToken({ reason: 'not canonical' });
  return value;
}

function decode(token: string): string {
  const bytes = new Uint8Array(token.length);
  let length = 0;
  for (let i = 0; i < token.length; i += 1) {
    const escaped = token[i] === '%';
    bytes[length] = escaped ? Number.parseInt(token.slice(i + 1, i + 3), 16) : token.charCodeAt(i);
    length += 1;
    if (escaped) i += 2;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
  } catch (cause) {
    throw idErrors.notASubjectToken({ reason: 'not UTF-8' }, cause);
  }
}

const PLAIN = /^[A-Za-z0-9_-]+$/;
const TOKEN = /^(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();
const TOKEN_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return PLAIN.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
