import type { ErrorObject } from 'ajv';
import { isJsonObject } from '../rpc/json.js';
import type { Ocpp16Action } from './actions.js';
import type { Deviation } from './deviation.js';
import { removeAt } from './pointer.js';

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
  const places = fatal.map((error) => innermostReading(readings.list, error.instancePath));
  if (places.some((place) => place === undefined || (readings.required && place === `/${readings.list}`))) return [];
  const outermost = [...new Set(places as string[])].filter((place, _, all) => !all.some((other) => place.startsWith(`${other}/`)));
  for (const place of outermost.sort(backToFront)) removeAt(copy, place);
  if (readings.required && countSampledValues(copy, readings.list) === 0) return [];
  return outermost.map((path) => ({ kind: path === `/${readings.list}` ? 'property-dropped' : 'item-dropped', path }));
}

function innermostReading(list: string, path: string): string | undefined {
  return new RegExp(`^/${list}(?:/\\d+(?:/sampledValue/\\d+)?)?`).exec(path)?.[0];
}

/** Later items first, so that the indices before them stay valid. */
function backToFront(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

function countSampledValues(copy: unknown, list: string): number {
  const items: unknown = isJsonObject(copy) ? copy[list] : undefined;
  if (!Array.isArray(items)) return 0;
  return items.reduce<number>((sum, item: unknown) => {
    const values = isJsonObject(item) ? item.sampledValue : undefined;
    return sum + (Array.isArray(values) ? values.length : 0);
  }, 0);
}
