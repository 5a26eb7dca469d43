import { compareVersions } from '@ampline/kernel-ids';
import { QUIRK_CATALOGUE, type QuirkEntry } from './catalogue.js';
import type { Quirk } from './deviations.js';

/** What a station tells of itself; empty: it did not. */
export interface StationMake {
  vendor: string;
  model: string;
  firmware: string;
}

/** The quirks that the catalogue knows of such a station, sorted. A station that has told nothing yet has none. */
export function quirksOf(make: StationMake, catalogue: readonly QuirkEntry[] = QUIRK_CATALOGUE): Quirk[] {
  const quirks = catalogue.filter((entry) => fits(entry, make)).flatMap((entry) => entry.quirks);
  return [...new Set(quirks)].sort();
}

/** Whether an entry speaks of such a station. */
export function fits(entry: QuirkEntry, { vendor, model, firmware }: StationMake): boolean {
  const { firmwareFrom, firmwareBefore } = entry;
  if (!matches(entry.vendor, vendor) || !matches(entry.model, model) || vendor + model === '') return false;
  if ((firmwareFrom ?? firmwareBefore) !== undefined && firmware === '') return false;
  if (firmwareFrom !== undefined && compareVersions(firmware, firmwareFrom) < 0) return false;
  return firmwareBefore === undefined || compareVersions(firmware, firmwareBefore) < 0;
}

/** Whatever the case and the blanks around it. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(text.trim());
}
