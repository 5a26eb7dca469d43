/** A reading of a meter, as the API tells it. */
export interface CurvePoint {
  /** ISO 8601. */
  at: string;
  registerWh: number | null;
  powerW: number | null;
  socPercent: number | null;
}

/** Readings that were stored and readings that came since, each instant once, oldest first. */
export function curveOf(stored: readonly CurvePoint[], came: readonly CurvePoint[]): CurvePoint[] {
  const byInstant = new Map([...stored, ...came].map((point) => [Date.parse(point.at), point]));
  return [...byInstant.entries()].sort(([one], [other]) => one - other).map(([, point]) => point);
}

/** Energy of a live session by its latest reading; a session does not change with each of them, so that it may be behind. */
export function chargedWh(session: { meterStartWh: number; energyWh: number }, latest: CurvePoint | undefined): number {
  const register = latest?.registerWh ?? null;
  return register === null ? session.energyWh : Math.max(session.energyWh, register - session.meterStartWh);
}
