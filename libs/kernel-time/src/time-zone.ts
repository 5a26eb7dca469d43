/** Whether there is an IANA time zone of this name. Offsets such as `+01:00` are no zones: they know no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^(?:UTC|[A-Za-z]+\/[A-Za-z0-9_+/-]+)$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
