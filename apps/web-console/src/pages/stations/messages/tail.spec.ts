import { describe, expect, it } from '@jest/globals';
import { emptyTail, released, withMessage } from './tail.js';

describe('tail of messages', () => {
  it('grows at its head', () => {
    expect(withMessage(withMessage(emptyTail<number>(), 1, false), 2, false)).toEqual({ shown: [2, 1], held: [] });
  });

  it('holds back while somebody reads, and shows all of it after', () => {
    const held = [2, 3].reduce((tail, message) => withMessage(tail, message, true), withMessage(emptyTail<number>(), 1, false));
    expect(held).toEqual({ shown: [1], held: [3, 2] });
    expect(released(held)).toEqual({ shown: [3, 2, 1], held: [] });
  });

  it('keeps a thousand at most', () => {
    const full = Array.from({ length: 1_200 }, (_, index) => index).reduce(
      (tail, message) => withMessage(tail, message, false),
      emptyTail<number>(),
    );
    expect(full.shown).toHaveLength(1_000);
    expect(full.shown[0]).toBe(1_199);
  });
});
