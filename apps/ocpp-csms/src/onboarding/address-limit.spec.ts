import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@ampline/kernel-time';
import { AddressLimit } from './address-limit.js';

describe('AddressLimit', () => {
  it('lets an address try so often at once, and again as time goes by', () => {
    const clock = new ManualClock();
    const limit = new AddressLimit({ burst: 2, perMinute: 60, addresses: 10 }, clock);
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([true, true, false, true]);
    clock.advance(1_000);
    expect([limit.take('a'), limit.take('a')]).toEqual([true, false]);
    clock.advance(3_600_000);
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([true, true, false]);
  });

  it('is bounded: who was quiet for the longest begins anew', () => {
    const limit = new AddressLimit({ burst: 1, perMinute: 1, addresses: 2 }, new ManualClock());
    expect([limit.take('a'), limit.take('b'), limit.take('a'), limit.take('c')]).toEqual([true, true, false, true]);
    expect([limit.take('a'), limit.take('b')]).toEqual([false, true]);
  });
});
