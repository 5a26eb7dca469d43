/** Meter readings as people type them, in kWh. */

/**
 * Wh of a reading in kWh, exactly: at most three decimals, after a point or a comma. Undefined for anything else, thousands separators
 * included: whether `1.234` means one or a thousand is not to be guessed where money hangs on it.
 */
export function whOf(kwh: string): number | undefined {
  const [, whole, decimals = ''] = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(kwh.trim()) ?? [];
  if (whole === undefined) return undefined;
  return Number(whole) * 1_000 + Number(decimals.padEnd(3, '0'));
}

/** The reading to type for so many Wh, with the separator of decimals of a language. */
export function kwhOf(wh: number, locale: string): string {
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 3 }).format(wh / 1_000);
}
