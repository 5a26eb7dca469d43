import { divideHalfEven, scaledInteger } from './decimal-text.js';

/** One measured value: decimal text and its unit, if it came with one. */
export interface Measured {
  value: string;
  unit?: string | undefined;
}

/** Power of ten from a unit to its base unit. */
type Scale = ReadonlyMap<string, number>;

// Exact spellings decide before any other: `mW` and `MW` differ by nine orders of magnitude.
const ENERGY: Scale = new Map([
  ['Wh', 0],
  ['kWh', 3],
  ['MWh', 6],
  ['mWh', -3],
]);
const POWER: Scale = new Map([
  ['W', 0],
  ['kW', 3],
  ['MW', 6],
  ['mW', -3],
]);
const CURRENT: Scale = new Map([
  ['A', 0],
  ['dA', -1],
  ['cA', -2],
  ['mA', -3],
]);
const VOLTAGE: Scale = new Map([
  ['V', 0],
  ['kV', 3],
  ['dV', -1],
  ['mV', -3],
]);
const SHARE: Scale = new Map([
  ['Percent', 0],
  ['%', 0],
]);

/**
 * Energy in whole watt-hours, rounded half to even. Without a unit Wh is meant (OCPP 1.6, SampledValue).
 * Null when the value is no number, does not fit 64 bits, or the unit is none of energy.
 */
export function toWh(value: string, unit: string | undefined): bigint | null {
  return convert(value, unit, ENERGY);
}

/** Power in whole watts; negative when the vehicle feeds back. Without a unit W is meant. Apparent power (VA) is refused. */
export function toW(value: string, unit: string | undefined): number | null {
  return toNumber(convert(value, unit, POWER));
}

/** Current in whole amperes. Without a unit A is meant. */
export function toA(value: string, unit: string | undefined): number | null {
  return toNumber(convert(value, unit, CURRENT));
}

/** Voltage in whole volts. Without a unit V is meant. */
export function toV(value: string, unit: string | undefined): number | null {
  return toNumber(convert(value, unit, VOLTAGE));
}

/** A share in whole percent. Without a unit Percent is meant; the range is the caller's to judge. */
export function toPercent(value: string, unit: string | undefined): number | null {
  return toNumber(convert(value, unit, SHARE));
}

/** Energy of several parts (the phases of a meter) in whole Wh, rounded once. Null when one of them cannot be read, or none is given. */
export function sumWh(parts: readonly Measured[]): bigint | null {
  return sum(parts, ENERGY);
}

/** Power of several parts in whole watts, rounded once. Null when one of them cannot be read, or none is given. */
export function sumW(parts: readonly Measured[]): number | null {
  return toNumber(sum(parts, POWER));
}

/** Decimal places kept while summing, so that three phases do not bring three roundings. */
const SUM_PLACES = 6;

function sum(parts: readonly Measured[], scale: Scale): bigint | null {
  if (parts.length === 0) return null;
  let total = 0n;
  for (const { value, unit } of parts) {
    const fine = convert(value, unit, scale, SUM_PLACES);
    if (fine === null) return null;
    total += fine;
  }
  return total < 0n ? -divideHalfEven(-total, SUM_PLACES) : divideHalfEven(total, SUM_PLACES);
}

function convert(value: string, unit: string | undefined, scale: Scale, places = 0): bigint | null {
  const shift = unit === undefined || unit.trim() === '' ? 0 : shiftOf(unit.trim(), scale);
  return shift === undefined ? null : scaledInteger(value, shift + places);
}

function shiftOf(unit: string, scale: Scale): number | undefined {
  const exact = scale.get(unit);
  if (exact !== undefined) return exact;
  const folded = unit.toLowerCase();
  // `KWH` can only be kWh, but `MW` and `mw` stay apart: a folded match must be the only one.
  const matches = [...scale].filter(([name]) => name.toLowerCase() === folded);
  return matches.length === 1 ? matches[0]?.[1] : undefined;
}

function toNumber(value: bigint | null): number | null {
  if (value === null) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}
