import { HIDDEN } from '../commands/secrets.js';

/** Values that mean the same: without regard to case, to blanks around, and to blanks around the commas of a list. */
const plain = (value: string): string => `lower(regexp_replace(btrim(coalesce(${value}, '')), '\\s*,\\s*', ',', 'g'))`;

/** Joins to `station_setting t` what the station reports of the same key, as `r`. */
export const REPORTED_JOIN = 'reported_setting r ON r.station_id = t.station_id AND r.key_ci = t.key_ci';

/** True when the station reports something else than is desired of it; null or false when it reports nothing, or hides it. */
export const IS_DRIFTED = `(t.desired IS NOT NULL AND r.station_id IS NOT NULL AND r.value IS DISTINCT FROM '${HIDDEN}' AND ${plain('r.value')} <> ${plain('t.desired')})`;

/** True when the station reports what `desired`, an SQL expression, says. */
export function isReported(desired: string): string {
  return `(r.station_id IS NOT NULL AND ${plain('r.value')} = ${plain(desired)})`;
}
