import type { Reading } from '../../parts/readings.js';

/** A point of a curve. */
export interface Point {
  /** ms since the epoch. */
  at: number;
  value: number;
}

/** Power over time, W. Readings without power are left out. */
export function powerCurve(readings: readonly Reading[]): Point[] {
  return readings.flatMap(({ at, powerW }) => (typeof powerW === 'number' ? [{ at: Date.parse(at), value: powerW }] : []));
}

/** Energy since the register stood at `meterStartWh`, Wh. Never below 0: a meter that went back is an issue, not a curve. */
export function energyCurve(readings: readonly Reading[], meterStartWh: number): Point[] {
  return readings.flatMap(({ at, registerWh }) =>
    typeof registerWh === 'number' ? [{ at: Date.parse(at), value: Math.max(0, registerWh - meterStartWh) }] : [],
  );
}

/** So many points at most, first and last among them: more cannot be told apart on a screen. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => points[Math.round(index * step)] as Point);
}
