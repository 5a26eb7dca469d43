const STEP = 1_024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** A size as people read it: `1.5 MiB`. */
export function bytesText(bytes: number, locale: string): string {
  let unit = 0;
  let value = bytes;
  for (; value >= STEP && unit < UNITS.length - 1; unit++) value /= STEP;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: unit === 0 ? 0 : 1 }).format(value)} ${UNITS[unit]}`;
}
