import { describe, expect, it } from '@jest/globals';
import { chargedWh, curveOf, type CurvePoint } from './curve.js';

const point = (at: string, powerW: number): CurvePoint => ({ at, powerW, registerWh: null, socPercent: null });

describe('power curve', () => {
  it('is in order and has each instant once, as it was told last', () => {
    const stored = [point('2026-11-28T10:00:00Z', 1), point('2026-11-28T10:02:00Z', 3)];
    const came = [point('2026-11-28T10:01:00Z', 2), point('2026-11-28T10:02:00.000Z', 4)];
    expect(curveOf(stored, came).map(({ powerW }) => powerW)).toEqual([1, 2, 4]);
  });
});

describe('energy of a live session', () => {
  const session = { meterStartWh: 1000, energyWh: 500 };
  it('is of the latest reading', () => {
    expect(chargedWh(session, { ...point('2026-11-28T10:00:00Z', 0), registerWh: 1800 })).toBe(800);
  });
  it('never goes back behind what the session says', () => {
    expect(chargedWh(session, { ...point('2026-11-28T10:00:00Z', 0), registerWh: 1200 })).toBe(500);
    expect(chargedWh(session, point('2026-11-28T10:00:00Z', 0))).toBe(500);
    expect(chargedWh(session, undefined)).toBe(500);
  });
});
