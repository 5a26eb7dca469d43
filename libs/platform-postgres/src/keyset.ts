import { databaseErrors } from './errors.js';
import { identifier } from './names.js';

export type KeysetValue = string | number;

export interface KeysetOrder {
  /** Columns of the order, the last one unique; with the type that the cursor's text is cast to. */
  columns: readonly { name: string; type: 'uuid' | 'text' | 'bigint' | 'timestamptz' }[];
  direction: 'asc' | 'desc';
}

export interface KeysetPage {
  /** A condition for WHERE; `true` on the first page. */
  where: string;
  orderBy: string;
  /** For `where`; numbered from `firstParameter`. */
  params: KeysetValue[];
}

/**
 * Pages by "after this row" instead of an offset: a page costs the same wherever it lies, and rows that come in between are
 * neither skipped nor repeated. Select timestamps as text for the cursor: a Date loses PostgreSQL's microseconds.
 */
export function keyset(order: KeysetOrder, cursor: string | undefined, firstParameter = 1): KeysetPage {
  const names = order.columns.map((column) => identifier(column.name));
  const orderBy = names.map((name) => `${name} ${order.direction}`).join(', ');
  if (cursor === undefined || cursor === '') return { where: 'true', orderBy, params: [] };
  const params = decodeCursor(cursor, order);
  const places = order.columns.map((column, i) => `$${firstParameter + i}::${column.type}`);
  const comparison = order.direction === 'asc' ? '>' : '<';
  return { where: `(${names.join(', ')}) ${comparison} (${places.join(', ')})`, orderBy, params };
}

/** An opaque, URL-safe cursor of the order columns' values in a page's last row. */
export function encodeCursor(values: readonly KeysetValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Throws `database.bad-cursor`. */
function decodeCursor(cursor: string, { columns }: KeysetOrder): KeysetValue[] {
  const values = parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(values) || values.length !== columns.length) throw databaseErrors.badCursor();
  const key = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  if (!columns.every(({ type }, i) => key[i] !== undefined && isOf(type, String(key[i])))) throw databaseErrors.badCursor();
  return key;
}

/** What the cast to the type takes, as we write it: a cursor comes from outside, and a failed cast would look like a fault of ours. */
const FORM: Readonly<Record<KeysetOrder['columns'][number]['type'], RegExp>> = {
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
  text: /^[^\0]*$/,
  bigint: /^-?\d{1,18}$/,
  timestamptz:
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d){0,2})$/,
};

function isOf(type: KeysetOrder['columns'][number]['type'], text: string): boolean {
  return FORM[type].test(text) && (type !== 'timestamptz' || isInCalendar(text));
}

/** The 31st of February has the form of a date, and so has the year 0. */
function isInCalendar(text: string): boolean {
  const date = text.slice(0, 10);
  const day = new Date(`${date}T00:00:00Z`);
  return !date.startsWith('0000') && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
