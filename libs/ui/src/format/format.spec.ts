import { describe, expect, it } from '@jest/globals';
import { formatsOf } from './format.js';

const de = formatsOf('de');
const en = formatsOf('en-GB');
const NBSP = /\u00a0|\u202f/g;

describe('figures', () => {
  it.each([
    [0, '0,00 kWh', '0.00 kWh'],
    [15_432, '15,43 kWh', '15.43 kWh'],
    [999_999, '1.000,00 kWh', '1,000.00 kWh'],
    [3_417_000, '3,42 MWh', '3.42 MWh'],
  ])('energy %i Wh', (wh, german, english) => {
    expect(de.energy(wh)).toBe(german);
    expect(en.energy(wh)).toBe(english);
  });

  it.each([
    [11_040, '11,0 kW'],
    [2_260_000, '2,26 MW'],
  ])('power %i W', (w, german) => expect(de.power(w)).toBe(german));

  it.each([
    [9_400, '9 s'],
    [250_000, '4 min 10 s'],
    [3_900_000, '1 h 05 min'],
    [-5, '0 s'],
  ])('duration %i ms', (ms, expected) => expect(de.duration(ms)).toBe(expected));

  it('times are of the zone that is given, which is named where they read differently here', () => {
    const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    // Never the offset of the machine that runs this.
    const there = new Date('2026-11-28T23:30:00Z').getTimezoneOffset() === -345 ? 'UTC' : 'Asia/Kathmandu';
    expect(de.dateTime('2026-11-28T23:30:00Z', here)).toMatch(/^\d\d\.11\.2026, \d\d:\d\d$/);
    expect(de.dateTime('2026-11-28T23:30:00Z', here)).toBe(de.dateTime('2026-11-28T23:30:00Z'));
    expect(de.clock('2026-11-28T23:30:00Z', there)).toMatch(/^(05:15 GMT\+5:45|23:30 UTC)$/);
    expect(en.time('2026-11-28T23:30:00Z', there)).toMatch(/^(05:15:00 GMT\+5:45|23:30:00 UTC)$/);
    expect(de.tick(new Date('2026-11-28T23:30:00Z'), there)).toMatch(/^(05:15|23:30)$/);
  });

  it('times ago are said in the largest unit that fits', () => {
    const now = Date.parse('2026-11-28T12:00:00Z');
    expect(en.relative('2026-11-28T11:59:30Z', now)).toBe('30 seconds ago');
    expect(en.relative('2026-11-28T09:00:00Z', now)).toBe('3 hours ago');
    expect(de.relative('2026-11-27T11:00:00Z', now)).toBe('gestern');
  });

  it('shares are percents', () => expect(de.percent(6.4).replace(NBSP, ' ')).toBe('6 %'));

  it('what is not known is a dash', () => {
    for (const text of [
      de.energy(null),
      de.power(undefined),
      de.duration(null),
      de.dateTime(null),
      de.relative(undefined, 0),
      de.integer(null),
    ]) {
      expect(text).toBe('–');
    }
  });
});
