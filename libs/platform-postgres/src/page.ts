import { databaseErrors } from './errors.js';
import { encodeCursor, keyset, type KeysetOrder, type KeysetValue } from './keyset.js';

const DEFAULT_LIMIT = 50;
const MOST = 500;

/** A page that was asked for. */
export interface Page {
  /** Rows at most. Read one more than that: {@link pageFrom} tells by it whether there is another page. */
  limit: number;
  /** Empty for the first page. */
  cursor: string;
}

/** The page of a request (`ampline.types.v1.PageRequest`): 50 rows unless it says otherwise. Throws `database.bad-page-limit` outside 0 to 500. */
export function pageOf(request: Page | undefined): Page {
  const limit = request?.limit ?? 0;
  if (limit < 0 || limit > MOST) throw databaseErrors.badPageLimit({ limit, most: MOST });
  return { limit: limit === 0 ? DEFAULT_LIMIT : limit, cursor: request?.cursor ?? '' };
}

/** The key behind which the page begins, in a list that is ordered by one column; undefined on the first page. Throws `database.bad-cursor`. */
export function cursorText({ cursor }: Page, type: KeysetOrder['columns'][number]['type']): string | undefined {
  const [key] = keyset({ columns: [{ name: 'key', type }], direction: 'asc' }, cursor).params;
  return key === undefined ? undefined : String(key);
}

/**
 * Makes a page of rows of which one more than `limit` were read: whether there is another page is known without asking again.
 * A page ends earlier before the first row that does not fit.
 */
export function pageFrom<R>(
  rows: readonly R[],
  { limit }: Page,
  keyOf: (row: R) => KeysetValue[],
  fits: (row: R) => boolean = () => true,
): { rows: R[]; page: { nextCursor: string } } {
  const tooMuch = rows.findIndex((row) => !fits(row));
  const shown = rows.slice(0, tooMuch === -1 ? limit : Math.min(limit, tooMuch));
  const last = shown.at(-1);
  const more = rows.length > shown.length && last !== undefined;
  return { rows: shown, page: { nextCursor: more ? encodeCursor(keyOf(last)) : '' } };
}
