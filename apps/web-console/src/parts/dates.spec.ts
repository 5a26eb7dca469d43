import { describe, expect, it } from '@jest/globals';
import { dayBegins, dayEnds, lastDayBefore } from './dates.js';

describe('days of date fields', () => {
  it('begin and end at midnight where the browser is', () => {
    expect(dayBegins('2026-11-28')).toBe(new Date(2026, 10, 28).toISOString());
    expect(dayEnds('2026-12-31')).toBe(new Date(2027, 0, 1).toISOString());
  });

  it.each(['', '28.11.2026', '2026-02-31', '2026-13-01'])('are not what is no day: %p', (day) => {
    expect(dayBegins(day)).toBeUndefined();
    expect(dayEnds(day)).toBeUndefined();
  });

  it.each(['2026-03-29', '2026-10-25', '2028-02-29'])('come back from the end: %s', (day) => {
    expect(lastDayBefore(dayEnds(day) ?? '')).toBe(day);
  });
});
