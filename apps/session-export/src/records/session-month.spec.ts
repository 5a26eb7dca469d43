import { describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { monthOf } from './session-month.js';

const now = new Date('2026-11-21T09:00:00Z');

describe('the month of a session id', () => {
  it.each([
    ['2026-11-21T09:00:00Z', '2026-11-01'],
    ['2026-11-01T00:00:00.000Z', '2026-11-01'],
    ['2026-10-31T23:59:59.999Z', '2026-10-01'],
    ['2020-01-01T00:00:00Z', '2020-01-01'],
    ['2026-12-05T00:00:00Z', '2026-12-01'],
  ])('made at %s is %s', (at, month) => {
    expect(monthOf(uuidv7(Date.parse(at)), now)).toBe(month);
  });

  it.each([
    ['a time far ahead', uuidv7(Date.parse('2027-06-01T00:00:00Z'))],
    ['a time before there were any', uuidv7(Date.parse('2019-12-31T23:59:59Z'))],
    ['another kind of UUID', '7f3b0c62-1f0e-4d6c-9a54-0c5a4f8a9b10'],
  ])('is none for %s', (_, id) => {
    expect(monthOf(id, now)).toBeUndefined();
  });
});
