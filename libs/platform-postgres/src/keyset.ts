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
  const params = decodeCursor(cursor, order.columns.length);
  const places = order.columns.map((column, i) => `$${firstParameter + i}::${column.type}`);
  const comparison = order.direction === 'asc' ? '>' : '<';
  return { where: `(${names.join(', ')}) ${comparison} (${places.join(', ')})`, orderBy, params };
}

/** An opaque, URL-safe cursor of the order columns' values in a page's last row. */
export function encodeCursor(values: readonly KeysetValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Throws `database.bad-cursor`. */
function decodeCursor(cursor: string, length: number): KeysetValue[] {
  const values = parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (
    !Array.isArray(values) ||
    values.length !== length ||
    !values.every((value) => typeof value === 'string' || typeof value === 'number')
  ) {
    throw databaseErrors.badCursor();
  }
  return values as KeysetValue[];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
