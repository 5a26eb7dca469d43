import { describe, expect, it } from '@jest/globals';
import { backOffMs } from './time.js';

describe('backOffMs', () => {
  it('doubles to a second, half of it by chance', () => {
    expect([1, 2, 3, 4, 5, 100].map((tries) => backOffMs(tries, 1))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect([1, 2, 3, 4, 5, 100].map((tries) => backOffMs(tries, 0))).toEqual([50, 100, 200, 400, 500, 500]);
  });
});
