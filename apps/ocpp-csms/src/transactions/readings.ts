/** The energy register at a time, with the power at that time where it is known. */
export interface PowerReading {
  at: Date;
  registerWh: bigint;
  powerW: bigint | null;
}

const MINUTE_MS = 60_000;
/** Keeps a fact well below its 256 KiB. */
const MOST_READINGS = 1_500;

/**
 * At most one reading a minute, the last of each, and always the first and the last of all. A session so long that this is still
 * too many keeps one in two minutes, three, and so on. `readings` are in the order of time.
 */
export function thin(readings: readonly PowerReading[]): PowerReading[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined || readings.length <= 2) return [...readings];
  const inner = readings.slice(1, -1);
  for (let minutes = 1; ; minutes += 1) {
    const kept = lastOfEach(inner, minutes * MINUTE_MS);
    if (kept.length <= MOST_READINGS) return [first, ...kept, last];
  }
}

function lastOfEach(readings: readonly PowerReading[], periodMs: number): PowerReading[] {
  const byPeriod = new Map(readings.map((reading) => [Math.floor(reading.at.getTime() / periodMs), reading]));
  return [...byPeriod.values()];
}
