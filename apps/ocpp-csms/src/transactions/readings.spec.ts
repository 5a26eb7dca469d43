import { describe, expect, it } from '@jest/globals';
import { thin } from './readings.js';

const NOON = Date.UTC(2026, 4, 1, 12);
const series = (count: number, everyS: number) =>
  Array.from({ length: count }, (_, i) => ({ at: new Date(NOON + i * everyS * 1_000), registerWh: BigInt(i), powerW: null }));

describe('thinning of readings', () => {
  it('keeps begin, end and the last reading of each minute', () => {
    expect(thin(series(13, 10)).map((r) => r.registerWh)).toEqual([0n, 5n, 11n, 12n]);
  });

  it('keeps few readings as they are', () => {
    expect(thin([])).toEqual([]);
    expect(thin(series(2, 1))).toHaveLength(2);
    expect(thin(series(3, 60))).toHaveLength(3);
  });

  it('keeps at most 1,500 between begin and end of however long a session', () => {
    const week = thin(series(7 * 24 * 60, 60));
    expect(week.length).toBeLessThanOrEqual(1_502);
    expect(week.length).toBeGreaterThan(1_000);
    expect(week[0]?.registerWh).toBe(0n);
    expect(week.at(-1)?.registerWh).toBe(10_079n);
  });
});
