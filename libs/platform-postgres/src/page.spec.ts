import { describe, expect, it } from '@jest/globals';
import { cursorText, pageFrom, pageOf } from './page.js';

const read = (limit: number) => Array.from({ length: limit + 1 }, (_, n) => `row-${n}`);
const keyOf = (row: string) => [row];

describe('a page', () => {
  it('has 50 rows unless the request says otherwise', () => {
    expect(pageOf(undefined)).toEqual({ limit: 50, cursor: '' });
    expect(pageOf({ limit: 0, cursor: 'x' })).toEqual({ limit: 50, cursor: 'x' });
    expect(pageOf({ limit: 500, cursor: '' }).limit).toBe(500);
  });

  it.each([-1, 501])('of %i rows is refused', (limit) => {
    expect(() => pageOf({ limit, cursor: '' })).toThrow(expect.objectContaining({ code: 'database.bad-page-limit', kind: 'invalid' }));
  });

  it('tells where the next one begins, and that there is none', () => {
    const page = pageOf({ limit: 2, cursor: '' });
    const first = pageFrom(read(2), page, keyOf);
    expect(first.rows).toEqual(['row-0', 'row-1']);
    expect(cursorText({ limit: 2, cursor: first.page.nextCursor }, 'text')).toBe('row-1');
    expect(pageFrom(read(1), page, keyOf)).toEqual({ rows: ['row-0', 'row-1'], page: { nextCursor: '' } });
    expect(pageFrom([], page, keyOf)).toEqual({ rows: [], page: { nextCursor: '' } });
    expect(cursorText(page, 'text')).toBeUndefined();
  });

  it('ends before the first row that does not fit, and the next one begins there', () => {
    const found = pageFrom(read(4), pageOf({ limit: 4, cursor: '' }), keyOf, (row) => row !== 'row-2');
    expect(found.rows).toEqual(['row-0', 'row-1']);
    expect(cursorText({ limit: 4, cursor: found.page.nextCursor }, 'text')).toBe('row-1');
  });
});
