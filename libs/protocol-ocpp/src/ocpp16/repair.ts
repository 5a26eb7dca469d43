import { scaledInteger } from '@ampline/kernel-energy';
import { parseStationTime } from '@ampline/kernel-time';
import type { ErrorObject } from 'ajv';
import type { Deviation, DeviationKind } from './deviation.js';
import { child, lastKey, removeAt, replaceAt } from './pointer.js';

/** What can be done about one finding of the schema: change the copy, live with it, or neither. */
export type Remedy = { act: 'replace'; value: unknown; deviation: Deviation } | { act: 'remove' | 'tolerate'; deviation: Deviation };

/** Fields that only describe: an unknown value in them leaves the fact intact. */
const DESCRIPTIVE: ReadonlySet<string> = new Set(['measurand', 'context', 'location', 'phase', 'unit', 'format', 'reason', 'errorCode']);
/** Registers in whole Wh that stations send with decimals. */
const REGISTERS: ReadonlySet<string> = new Set(['meterStart', 'meterStop']);

/** Undefined: beyond repair, since no reading of it is the only possible one. */
export function remedyFor(error: ErrorObject): Remedy | undefined {
  const path = error.instancePath;
  switch (error.keyword) {
    case 'additionalProperties':
      return remove('unknown-property', child(path, String(error.params.additionalProperty)));
    case 'maxLength':
      return tolerate('too-long', path);
    case 'format':
      return tolerate(error.params.format === 'date-time' ? timeDeviation(String(error.data)) : 'bad-format', path);
    case 'multipleOf':
      return tolerate('value-precision', path);
    case 'minItems':
      return tolerate('too-few-items', path);
    case 'enum':
      return remedyForEnum(error);
    case 'type':
      return path === '' ? undefined : remedyForType(error.params.type as string, error.data, path);
    default:
      return undefined;
  }
}

/** Carries out `replace` and `remove`. @returns whether the copy was changed. */
export function applyRemedy(copy: unknown, remedy: Remedy): boolean {
  if (remedy.act === 'replace') replaceAt(copy, remedy.deviation.path, remedy.value);
  if (remedy.act === 'remove') removeAt(copy, remedy.deviation.path);
  return remedy.act !== 'tolerate';
}

function remedyForEnum(error: ErrorObject): Remedy | undefined {
  const path = error.instancePath;
  if (typeof error.data !== 'string') return undefined;
  const folded = error.data.trim().toLowerCase();
  const meant = (error.params.allowedValues as unknown[]).filter((v) => typeof v === 'string' && v.toLowerCase() === folded);
  if (meant.length === 1) return replace('value-case', path, meant[0]);
  return DESCRIPTIVE.has(lastKey(path)) ? tolerate('unknown-value', path) : undefined;
}

function remedyForType(due: string, data: unknown, path: string): Remedy | undefined {
  if (data === null) return isItem(path) ? undefined : remove('null-for-absent', path);
  if (due === 'string') return textOf(data, path);
  if (due === 'array') return typeof data === 'object' && !Array.isArray(data) ? replace('object-for-list', path, [data]) : undefined;
  if (due === 'integer') return REGISTERS.has(lastKey(path)) ? registerOf(data, path) : numberOf(data, path, /^\s*[+-]?\d+\s*$/);
  if (due === 'number') return numberOf(data, path, /^\s*[+-]?\d+(?:\.\d+)?\s*$/);
  if (due === 'boolean') return booleanOf(data, path);
  return undefined;
}

function textOf(data: unknown, path: string): Remedy | undefined {
  if (typeof data === 'boolean') return replace('boolean-as-text', path, String(data));
  // A larger integer has already lost digits while it was parsed: as an id token it would be somebody else's.
  const exact = typeof data === 'number' && (Number.isSafeInteger(data) || !Number.isInteger(data));
  return exact ? replace('number-as-text', path, String(data)) : undefined;
}

function numberOf(data: unknown, path: string, form: RegExp): Remedy | undefined {
  if (typeof data !== 'string' || !form.test(data)) return undefined;
  const value = Number(data);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : replace('text-as-number', path, value);
}

function registerOf(data: unknown, path: string): Remedy | undefined {
  if (typeof data !== 'string' && typeof data !== 'number') return undefined;
  const wh = scaledInteger(String(data), 0);
  if (wh === null || !Number.isSafeInteger(Number(wh))) return undefined;
  const whole = /^\s*[+-]?\d+\s*$/.test(String(data));
  return replace(whole ? 'text-as-number' : 'fraction-rounded', path, Number(wh));
}

function booleanOf(data: unknown, path: string): Remedy | undefined {
  if (typeof data !== 'string') return undefined;
  const folded = data.trim().toLowerCase();
  return folded === 'true' || folded === 'false' ? replace('text-as-boolean', path, folded === 'true') : undefined;
}

function timeDeviation(text: string): DeviationKind {
  const time = parseStationTime(text);
  if (time.at === null) return 'time-unreadable';
  return time.zoned ? 'time-format' : 'time-without-zone';
}

function isItem(path: string): boolean {
  return /\/\d+$/.test(path);
}

function replace(kind: DeviationKind, path: string, value: unknown): Remedy {
  return { act: 'replace', value, deviation: { kind, path } };
}

function remove(kind: DeviationKind, path: string): Remedy {
  return { act: 'remove', deviation: { kind, path } };
}

function tolerate(kind: DeviationKind, path: string): Remedy {
  return { act: 'tolerate', deviation: { kind, path } };
}
