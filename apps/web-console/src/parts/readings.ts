/** A meter reading as the API tells it. */
export interface Reading {
  /** ISO 8601. */
  at: string;
  registerWh?: number | null;
  powerW?: number | null;
  socPercent?: number | null;
}

/** Stored readings and those that came live meanwhile: in the order of time, each instant once. What came later counts. */
export function joined(stored: readonly Reading[], live: readonly Reading[]): readonly Reading[] {
  const byTime = new Map([...stored, ...live].map((reading) => [Date.parse(reading.at), reading]));
  return [...byTime].sort(([one], [other]) => one - other).map(([, reading]) => reading);
}

/** Energy of a running session by its latest reading, Wh: the session itself is told more rarely. */
export function chargedWh(session: { meterStartWh: number; energyWh: number }, latest: Reading | undefined): number {
  const registerWh = latest?.registerWh;
  return typeof registerWh === 'number' ? Math.max(session.energyWh, registerWh - session.meterStartWh) : session.energyWh;
}
