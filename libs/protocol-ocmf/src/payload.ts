import { scaledInteger } from '@ampline/kernel-energy';

/** OCMF, table 7: why a reading was taken. */
export type ReadingReason = 'B' | 'C' | 'X' | 'E' | 'L' | 'R' | 'A' | 'P' | 'S' | 'T';

/** One reading of a record, with what it inherits from the one before. */
export interface SignedReading {
  /** By the meter. */
  at: Date;
  /** OCMF, table 19: U unknown, I informative, S synchronised, R relative. */
  timeStatus: string;
  reason?: string;
  /** Of an energy register, in thousandths of a watt-hour; absent when the reading has no value or another unit. */
  energyMilliWh?: bigint;
  /** As the meter wrote it: its decimals are part of what it states. */
  value?: string;
  unit?: string;
  /** OBIS code of the register. */
  register?: string;
  /** OCMF, table 10; G is good. */
  meterStatus: string;
  /** `E`: its energy must not be billed, `t`: its time. */
  errorFlags: string;
}

/** What a record states. */
export interface OcmfPayload {
  version?: string;
  /** Serial number of the signing gateway. */
  gatewaySerial?: string;
  meterSerial?: string;
  /** `T` transaction, `F` fiscal. */
  context: string;
  /** Rises by one with each record of its context. */
  pagination: bigint;
  identificationType?: string;
  /** Whom it names: an id token, usually. */
  identification?: string;
  chargePointType?: string;
  chargePoint?: string;
  readings: SignedReading[];
}

/** More readings are no record of a charging session. */
const MOST_READINGS = 1_000;
const PAGINATION = /^([TF])(\d{1,18})$/;
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})[,.](\d{3})([+-]\d{2}):?(\d{2}) ([UISR])$/;
/** Unit → power of ten that makes thousandths of a watt-hour of it. */
const ENERGY_UNITS: Readonly<Record<string, number>> = { wh: 3, kwh: 6 };

/** Undefined when the text is not what OCMF says a payload is. Numbers keep the digits they were written with. */
export function readPayload(text: string): OcmfPayload | undefined {
  const json = parseObject(text);
  const pagination = PAGINATION.exec(textOf(json?.['PG']) ?? '');
  const list = json?.['RD'];
  if (!json || !pagination || !Array.isArray(list) || list.length === 0 || list.length > MOST_READINGS) return undefined;
  const readings = readReadings(list);
  if (!readings) return undefined;
  return {
    ...named(json, { version: 'FV', gatewaySerial: 'GS', meterSerial: 'MS' }),
    ...named(json, { identificationType: 'IT', identification: 'ID', chargePointType: 'CT', chargePoint: 'CI' }),
    context: pagination[1] as string,
    pagination: BigInt(pagination[2] as string),
    readings,
  };
}

/** OCMF, table 7: a field that equals the one of the reading before is left out. */
function readReadings(list: readonly unknown[]): SignedReading[] | undefined {
  const readings: SignedReading[] = [];
  let inherited: Record<string, unknown> = {};
  for (const item of list) {
    if (typeof item !== 'object' || item === null) return undefined;
    inherited = { ...inherited, ...item };
    const reading = readReading(inherited);
    if (!reading) return undefined;
    readings.push(reading);
  }
  return readings;
}

function readReading(fields: Record<string, unknown>): SignedReading | undefined {
  const time = readTime(textOf(fields['TM']) ?? '');
  const meterStatus = textOf(fields['ST']);
  if (!time || meterStatus === undefined) return undefined;
  const value = textOf(fields['RV']);
  const unit = textOf(fields['RU']);
  const scale = ENERGY_UNITS[unit?.toLowerCase() ?? ''];
  const energyMilliWh = value !== undefined && scale !== undefined ? scaledInteger(value, scale) : null;
  return {
    ...time,
    ...named(fields, { reason: 'TX', register: 'RI' }),
    ...(value !== undefined && { value }),
    ...(unit !== undefined && { unit }),
    ...(energyMilliWh !== null && { energyMilliWh }),
    meterStatus,
    errorFlags: textOf(fields['EF']) ?? '',
  };
}

function readTime(text: string): { at: Date; timeStatus: string } | undefined {
  const parts = TIME.exec(text);
  if (!parts) return undefined;
  const [, seconds, millis, hours, minutes, timeStatus] = parts;
  const at = new Date(`${seconds}.${millis}${hours}:${minutes}`);
  return Number.isNaN(at.getTime()) ? undefined : { at, timeStatus: timeStatus as string };
}

function named<K extends string>(json: Record<string, unknown>, keys: Record<K, string>): Partial<Record<K, string>> {
  const entries = Object.entries<string>(keys).map(([name, key]) => [name, textOf(json[key])]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Record<K, string>>;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** With numbers as the text they were written as: 2935.60 is not 2935.6. */
function parseObject(text: string): Record<string, unknown> | undefined {
  type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;
  const asWritten: Reviver = (_key, value, context) => (typeof value === 'number' ? (context?.source ?? String(value)) : value);
  try {
    const json: unknown = JSON.parse(text, asWritten as (key: string, value: unknown) => unknown);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
