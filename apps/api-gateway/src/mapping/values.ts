import { timestampDate, timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { resolverErrors } from '../resolver.errors.js';

/** Null for the empty string, which says "none" on the wire. */
export function textOrNull(text: string): string | null {
  return text === '' ? null : text;
}

/** The empty string for none. */
export function textOf(text: string | null | undefined): string {
  return text ?? '';
}

/** ISO 8601, or null for none. */
export function isoOrNull(at: Timestamp | undefined): string | null {
  return at ? timestampDate(at).toISOString() : null;
}

/** ISO 8601. Throws `api.answer-incomplete` for none. */
export function iso(at: Timestamp | undefined): string {
  return timestampDate(present(at)).toISOString();
}

/** From ISO 8601. */
export function timestampOf(at: string | null | undefined): Timestamp | undefined {
  return at ? timestampFromDate(new Date(at)) : undefined;
}

/** Any JSON value, or null for the empty string. */
export function jsonOrNull(text: string): unknown {
  return text === '' ? null : (JSON.parse(text) as unknown);
}

/** A part of an answer that is always there. Throws `api.answer-incomplete` where it is not. */
export function present<T>(part: T | undefined): T {
  if (part === undefined) throw resolverErrors.answerIncomplete();
  return part;
}
