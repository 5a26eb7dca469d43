/** Days as date fields give them (`2026-11-28`), in the time zone of the browser. */

/** The instant at which a day begins, ISO 8601; undefined for what is no day. */
export function dayBegins(day: string): string | undefined {
  return instantOf(day, 0);
}

/** The instant at which the day after it begins. */
export function dayEnds(day: string): string | undefined {
  return instantOf(day, 1);
}

/** The day of the last instant before `iso`: what {@link dayEnds} was made of. */
export function lastDayBefore(iso: string): string {
  const at = new Date(Date.parse(iso) - 1);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

function instantOf(day: string, daysLater: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(date));
  // A date that there is not (31 February) would become another one.
  if (at.getMonth() !== Number(month) - 1) return undefined;
  at.setDate(at.getDate() + daysLater);
  return at.toISOString();
}
