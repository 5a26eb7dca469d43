import { describe, expect, it } from '@jest/globals';
import { rowsIn } from './pages.js';

const list = (length: number) => ({ nodes: Array.from({ length }, () => ({})), pageInfo: { hasNextPage: false } });

describe('rows of an answer', () => {
  it.each([
    [{ stations: list(3) }, 3],
    [{ viewer: { id: 'x' }, stations: list(0) }, 0],
    [{ station: { id: 'x', messages: list(7) } }, 7],
    [{ station: { id: 'x', evses: [list(1)] } }, undefined],
    [{ station: null }, undefined],
    [undefined, undefined],
  ])('%j', (data, rows) => expect(rowsIn(data)).toBe(rows));
});
