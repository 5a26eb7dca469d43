import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it('doubles up to 15 s', () => {
    expect([0, 1, 2, 5, 6, 50].map((attempt) => backoffMs(attempt, 1))).toEqual([250, 500, 1000, 8000, 15_000, 15_000]);
  });

  it('leaves half of it to chance', () => {
    expect(backoffMs(3, 0)).toBe(1000);
    expect(backoffMs(3, 0.5)).toBe(1500);
  });
});
