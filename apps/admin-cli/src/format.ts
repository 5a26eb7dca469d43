import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';

/** `2026-11-21 09:05:10Z`, or nothing. */
export function time(at: Timestamp | undefined): string {
  return at
    ? timestampDate(at)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z')
    : '';
}

/** Whole watt-hours as kWh: `12.345 kWh`. */
export function energy(wh: bigint): string {
  const sign = wh < 0n ? '-' : '';
  const size = wh < 0n ? -wh : wh;
  return `${sign}${size / 1_000n}.${String(size % 1_000n).padStart(3, '0')} kWh`;
}

/** Watts as kW: `11.0 kW`, or nothing. */
export function power(w: bigint | undefined): string {
  return w === undefined ? '' : `${(Number(w) / 1_000).toFixed(1)} kW`;
}

/** How long, from begin to end (or `now`): `1 h 05 min`, `12 min`. */
export function duration(from: Timestamp | undefined, to: Timestamp | undefined, now: Date): string {
  if (!from) return '';
  const minutes = Math.max(0, Math.floor(((to ? timestampDate(to) : now).getTime() - timestampDate(from).getTime()) / 60_000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Name of a generated enum's value in small letters: `COMPLETED` → `completed`, `KEY_CODE` → `key-code`. */
export function word(values: Readonly<Record<number, string>>, value: number): string {
  return (values[value] ?? String(value)).toLowerCase().replaceAll('_', '-');
}

/** The value that a word names; undefined when none does. */
export function fromWord(values: Readonly<Record<number, string>>, text: string): number | undefined {
  const name = text.toUpperCase().replaceAll('-', '_');
  const entry = Object.entries(values).find(([, value]) => value === name && name !== 'UNSPECIFIED');
  return entry && Number(entry[0]);
}

/** The words of a generated enum, without `unspecified`. */
export function words(values: Readonly<Record<number, string>>): string[] {
  return Object.entries(values)
    .filter(([number]) => Number(number) > 0)
    .map(([number]) => word(values, Number(number)));
}
