/**
 * SQL of the quirks in force at a row of `charging_station`, sorted: those of the catalogue and those switched on, without those
 * switched off.
 *
 * @param catalogued SQL of a text[]: what the catalogue says
 */
export function quirksInForce(catalogued: string): string {
  return `ARRAY(SELECT unnest(${catalogued}::text[] || quirks_on) EXCEPT SELECT unnest(quirks_off) ORDER BY 1)`;
}
