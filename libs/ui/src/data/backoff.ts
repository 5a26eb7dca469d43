const FIRST_MS = 250;
const MOST_MS = 15_000;

/**
 * How long to wait before another attempt, ms: doubled each time up to 15 s, and a random half of it, so that a thousand screens do not
 * come back at once.
 * @param attempt from 0
 * @param chance 0 to 1
 */
export function backoffMs(attempt: number, chance: number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(most / 2 + (most / 2) * chance);
}
