/** For how long one may reserve, minutes; the platform may allow less. */
export const MINUTES = [15, 30, 60, 90, 120] as const;

/** The instant so many minutes from now, ISO 8601. A little less, so that the longest is not too long on the way. */
export function fromNow(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000 - 1_000).toISOString();
}
