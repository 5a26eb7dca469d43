const FIRST_YEAR = 2020;
const AHEAD_MS = 31 * 24 * 3_600_000;

/** The first day (`YYYY-MM-01`, UTC) of the month in which a UUIDv7 was made; undefined when it is none, or one of no credible time. */
export function monthOf(sessionId: string, now: Date): string | undefined {
  const hex = sessionId.replaceAll('-', '');
  if (hex[12] !== '7') return undefined;
  const ms = Number.parseInt(hex.slice(0, 12), 16);
  if (ms > now.getTime() + AHEAD_MS) return undefined;
  const made = new Date(ms);
  if (made.getUTCFullYear() < FIRST_YEAR) return undefined;
  return `${made.toISOString().slice(0, 7)}-01`;
}
