/** A meter reading as the API tells it. */
export interface Reading {
  at: string;
  registerWh?: number | null;
  powerW?: number | null;
  socPercent?: number | null;
}

/** A point of a curve. */
export interface Point {
  /** ms since the epoch. */
  at: number;
  value: number;
}

/** Stored readings and those that came live meanwhile: in the order of time, each instant once. What came later counts. */
export function joined<R extends Reading>(stored: readonly R[], live: readonly R[]): readonly R[] {
  const byTime = new Map([...stored, ...live].map((reading) => [Date.parse(reading.at), reading]));
  return [...byTime].sort(([one], [other]) => one - other).map(([, reading]) => reading);
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

/** Energy of a running session by its latest reading, Wh: the session itself is told more rarely. */
export function chargedWh(session: { meterStartWh: number; energyWh: number }, latest: Reading | undefined): number {
  const registerWh = latest?.registerWh;
  return typeof registerWh === 'number' ? Math.max(session.energyWh, registerWh - session.meterStartWh) : session.energyWh;
}

/** So many points at most, first and last among them: more cannot be told apart on a screen. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => points[Math.round(index * step)] as Point);
}
