/** Whether there is an IANA time zone of this name. Offsets such as `+01:00` are no zones: they know no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^(?:UTC|[A-Za-z]+\/[A-Za-z0-9_+/-]+)$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * The instant of a wall-clock time in a zone. In the hour that autumn repeats, the first; in the one that spring skips, that of the
 * offset before.
 *
 * @param localMs the wall clock, written as if it were UTC, milliseconds
 */
export function zonedInstantMs(localMs: number, timeZone: string): number {
  const offsets = [localMs - DAY_MS, localMs + DAY_MS].map((instant) => offsetMs(instant, timeZone));
  const exact = offsets.map((offset) => localMs - offset).filter((instant) => instant + offsetMs(instant, timeZone) === localMs);
  return exact.length > 0 ? Math.min(...exact) : localMs - (offsets[0] ?? 0);
}

const DAY_MS = 86_400_000;

/** How far the wall clock of the zone is ahead of UTC. */
function offsetMs(instantMs: number, timeZone: string): number {
  const whole = Math.floor(instantMs / 1_000) * 1_000;
  const parts = wallClock(timeZone).formatToParts(whole);
  const [year, month, day, hour, minute, second] = FIELDS.map((field) => Number(parts.find(({ type }) => type === field)?.value));
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) - whole;
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'];

function wallClock(timeZone: string): Intl.DateTimeFormat {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-u-hc-h23', { timeZone, ...numeric });
}
