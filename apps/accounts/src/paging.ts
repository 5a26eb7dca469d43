import type { PageRequest } from '@ampline/contracts';
import { isUuid } from '@ampline/kernel-ids';
import { databaseErrors, encodeCursor, keyset, type KeysetOrder } from '@ampline/platform-postgres';

/** As `ampline.types.v1.PageRequest` tells it. */
const DEFAULT_LIMIT = 50;
const MOST = 500;

const BY_ID: KeysetOrder = { columns: [{ name: 'id', type: 'uuid' }], direction: 'asc' };

/** A page of rows ordered by a UUIDv7, which is the order in which they were made. */
export interface Page {
  /** Rows to answer at most. */
  limit: number;
  /** Only rows with a greater id; undefined on the first page. */
  after: string | undefined;
}

/** Throws `database.bad-cursor`. */
export function pageOf(request: PageRequest | undefined): Page {
  const limit = request?.limit && request.limit > 0 ? Math.min(request.limit, MOST) : DEFAULT_LIMIT;
  const [after] = keyset(BY_ID, request?.cursor).params;
  if (after === undefined) return { limit, after };
  if (typeof after !== 'string' || !isUuid(after)) throw databaseErrors.badCursor();
  return { limit, after };
}

/** Of one row more than the page holds: the page's rows, and where the next page begins. */
export function pageFrom<R>(rows: readonly R[], page: Page, idOf: (row: R) => string): { rows: R[]; page: { nextCursor: string } } {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return { rows: shown, page: { nextCursor: rows.length > page.limit && last !== undefined ? encodeCursor([idOf(last)]) : '' } };
}
