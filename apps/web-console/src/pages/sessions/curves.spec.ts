import { describe, expect, it } from '@jest/globals';
import { energyCurve, powerCurve, thinned } from './curves.js';

const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 12, 0, second)).toISOString();

describe('curves of a session', () => {
  it('tell power where they have it, 0 among it', () => {
    const curve = powerCurve([
      { at: at(0), powerW: 0 },
      { at: at(1), registerWh: 5 },
      { at: at(2), powerW: 11_000 },
    ]);
    expect(curve.map(({ value }) => value)).toEqual([0, 11_000]);
  });

  it('tell the energy since the begin', () => {
    const curve = energyCurve(
      [
        { at: at(0), registerWh: 1_000 },
        { at: at(1), powerW: 1 },
        { at: at(2), registerWh: 900 },
        { at: at(3), registerWh: 1_500 },
      ],
      1_000,
    );
    expect(curve.map(({ value }) => value)).toEqual([0, 0, 500]);
  });

  it('keep their first and last point when they are thinned', () => {
    const points = Array.from({ length: 1_001 }, (_, value) => ({ at: value, value }));
    const fewer = thinned(points, 100);
    expect(fewer).toHaveLength(100);
    expect([fewer.at(0)?.value, fewer.at(-1)?.value]).toEqual([0, 1_000]);
    expect(thinned(points.slice(0, 3), 100)).toHaveLength(3);
  });
});
