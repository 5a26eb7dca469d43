import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kwhOf, whOf } from './register.js';

describe('meter readings', () => {
  it.each([
    ['0', 0],
    ['12', 12_000],
    ['12,3', 12_300],
    ['12.34', 12_340],
    [' 1234,567 ', 1_234_567],
    ['0,001', 1],
    ['1.234', 1_234],
  ])('%p kWh are exactly %p Wh', (kwh, wh) => {
    expect(whOf(kwh)).toBe(wh);
  });

  it.each(['', ' ', '-1', '1.234,5', '1,234.5', '1 234', '1e3', '12,3456', 'kWh', '1,', ',5', '١٢'])('%p is no reading', (kwh) => {
    expect(whOf(kwh)).toBeUndefined();
  });

  it('come back as they were, in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.constantFrom('de', 'en-GB'), (wh, locale) => {
        expect(whOf(kwhOf(wh, locale))).toBe(wh);
      }),
    );
  });
});
