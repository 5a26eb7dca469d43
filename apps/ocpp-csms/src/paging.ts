import type { PageInfoSchema, PageRequest } from '@ampline/contracts';
import { encodeCursor, keyset, type KeysetValue } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { csmsErrors } from './errors.js';

const DEFAULT_LIMIT = 50;
const MOST = 500;

/** A page that was asked for. */
export interface Page {
  limit: number;
  /** Empty for the first page. */
  cursor: string;
}

/** Throws `csms.invalid-field` for a limit below 0 or above 500. */
export function pageOf(request: PageRequest | undefined): Page {
  const limit = request?.limit ?? 0;
  if (limit < 0 || limit > MOST) throw csmsErrors.invalidField({ field: 'page.limit', rule: `0 to ${MOST}` });
  return { limit: limit === 0 ? DEFAULT_LIMIT : limit, cursor: request?.cursor ?? '' };
}

/** The key behind which the page begins, in a list that is ordered by one column; undefined on the first page. Throws `database.bad-cursor`. */
export function cursorText({ cursor }: Page, type: 'text' | 'uuid'): string | undefined {
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
): { rows: R[]; page: MessageInitShape<typeof PageInfoSchema> } {
  const tooMuch = rows.findIndex((row) => !fits(row));
  const shown = rows.slice(0, tooMuch === -1 ? limit : Math.min(limit, tooMuch));
  const last = shown.at(-1);
  const more = rows.length > shown.length && last !== undefined;
  return { rows: shown, page: { nextCursor: more ? encodeCursor(keyOf(last)) : '' } };
}
