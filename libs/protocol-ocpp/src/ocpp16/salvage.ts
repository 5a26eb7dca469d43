import type { ErrorObject } from 'ajv';
import { isJsonObject } from '../rpc/json.js';
import type { Ocpp16Action } from './actions.js';
import type { Deviation } from './deviation.js';
import { removeAllAt } from './pointer.js';

/** The list of readings in a request. One broken reading must not take a whole stop, and with it a session, along. */
const READINGS: Partial<Record<Ocpp16Action, { list: string; required: boolean }>> = {
  MeterValues: { list: 'meterValue', required: true },
  StopTransaction: { list: 'transactionData', required: false },
};

/**
 * Takes readings that are beyond repair out of `copy`.
 * @returns what was taken out; empty when a finding lies elsewhere, or when nothing of a MeterValues would be left.
 */
export function salvage(action: Ocpp16Action, copy: unknown, fatal: readonly ErrorObject[]): Deviation[] {
  const readings = READINGS[action];
  if (readings === undefined || fatal.length === 0) return [];
  const innermost = new RegExp(`^/${readings.list}(?:/\\d+(?:/sampledValue/\\d+)?)?`);
  const places = fatal.map((error) => innermost.exec(error.instancePath)?.[0]);
  if (places.some((place) => place === undefined || (readings.required && place === `/${readings.list}`))) return [];
  const broken = new Set(places as string[]);
  const outermost = [...broken].filter((place) => !isWithinAny(place, broken));
  removeAllAt(copy, outermost);
  if (readings.required && countSampledValues(copy, readings.list) === 0) return [];
  return outermost.map((path) => ({ kind: path === `/${readings.list}` ? 'property-dropped' : 'item-dropped', path }));
}

/** A message holds tens of thousands of readings: each is looked up by the lists and readings around it, never compared with all others. */
function isWithinAny(place: string, places: ReadonlySet<string>): boolean {
  for (let end = place.lastIndexOf('/'); end > 0; end = place.lastIndexOf('/', end - 1)) {
    if (places.has(place.slice(0, end))) return true;
  }
  return false;
}

function countSampledValues(copy: unknown, list: string): number {
  const items: unknown = isJsonObject(copy) ? copy[list] : undefined;
  if (!Array.isArray(items)) return 0;
  return items.reduce<number>((sum, item: unknown) => {
    const values = isJsonObject(item) ? item.sampledValue : undefined;
    return sum + (Array.isArray(values) ? values.length : 0);
  }, 0);
}
