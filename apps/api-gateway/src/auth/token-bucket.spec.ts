import { ManualClock } from '@ampline/kernel-time';
import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-bucket.js';

describe('a bucket', () => {
  it('gives a minute’s worth at once, then as they come, and says how long to wait', () => {
    const clock = new ManualClock();
    const buckets = new TokenBuckets(clock);
    expect(Array.from({ length: 6 }, () => buckets.take('a', 6))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(buckets.take('a', 6)).toBe(10);
    clock.advance(9_000);
    expect(buckets.take('a', 6)).toBe(1);
    clock.advance(1_000);
    expect([buckets.take('a', 6), buckets.take('a', 6)]).toEqual([0, 10]);
  });

  it('holds no more than a minute’s worth', () => {
    const clock = new ManualClock();
    const buckets = new TokenBuckets(clock);
    buckets.take('a', 2);
    clock.advance(3_600_000);
    expect([buckets.take('a', 2), buckets.take('a', 2), buckets.take('a', 2)]).toEqual([0, 0, 30]);
  });

  it('is one of its own for each key, and is looked at without taking', () => {
    const buckets = new TokenBuckets(new ManualClock());
    buckets.take('a', 1);
    expect([buckets.waitS('a', 1), buckets.waitS('b', 1), buckets.take('b', 1)]).toEqual([60, 0, 0]);
  });
});
