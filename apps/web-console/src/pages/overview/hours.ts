/** An hour of the chart. */
export interface Hour {
  /** Begin, ms since the epoch. */
  at: number;
  sessions: number;
  energyWh: number;
}

export const HOUR_MS = 3_600_000;
export const HOURS_SHOWN = 24;

/**
 * Every hour from `from` on, those without sessions as well: the API leaves them out.
 * @param from begin of the first hour, ms since the epoch
 */
export function hoursOf(from: number, buckets: readonly { from: string; sessions: number; energyWh: number }[]): Hour[] {
  const known = new Map(buckets.map((bucket) => [Math.floor(Date.parse(bucket.from) / HOUR_MS), bucket]));
  return Array.from({ length: HOURS_SHOWN }, (_, index) => {
    const at = from + index * HOUR_MS;
    const { sessions = 0, energyWh = 0 } = known.get(Math.floor(at / HOUR_MS)) ?? {};
    return { at, sessions, energyWh };
  });
}
