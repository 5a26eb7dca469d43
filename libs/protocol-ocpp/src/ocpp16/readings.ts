import { sumW, sumWh, toA, toPercent, toW, toWh } from '@ampline/kernel-energy';
import { parseStationTime, type StationTime } from '@ampline/kernel-time';
import type { Measurand, MeterLocation, ReadingContext } from './enumerations.js';
import type { Loose, MeterValue, SampledValue } from './messages.js';

/** A sampled value with its defaults filled in. Texts are open: stations send values nobody defined. */
export interface Sample {
  /** As sent; of signed data byte for byte. */
  value: string;
  measurand: string;
  /** Absent when the measurand has no default unit and none was sent. `Celcius` is corrected. */
  unit?: string;
  context: string;
  location: string;
  /** Absent: the total of all phases. */
  phase?: string;
  format: 'Raw' | 'SignedData';
}

/** The columns that are queried, in whole units; null when the reading does not have them, or not readably. */
export interface MainColumns {
  /** Energy.Active.Import.Register at the outlet: the total, or the sum of the phases when only phases were sent. Within ±2^53. */
  registerWh: bigint | null;
  /** Power.Active.Import at the outlet: the total, or the sum of the phases. */
  powerW: number | null;
  /** Current.Import at the outlet: as sent without phase, else of the most loaded phase. */
  currentA: number | null;
  /** State of charge of the vehicle, 0 to 100. */
  socPercent: number | null;
  /** Holds data signed by the meter. */
  signed: boolean;
}

/** One MeterValue: everything measured at one moment. */
export interface Reading {
  time: StationTime;
  samples: Sample[];
  columns: MainColumns;
}

/** What an absent field of a SampledValue means (OCPP 1.6 §7.43). */
export const SAMPLED_VALUE_DEFAULTS = {
  measurand: 'Energy.Active.Import.Register' satisfies Measurand,
  context: 'Sample.Periodic' satisfies ReadingContext,
  location: 'Outlet' satisfies MeterLocation,
  format: 'Raw',
  /** Of the energy measurands only. */
  energyUnit: 'Wh',
} as const;

/**
 * Reads `MeterValues.meterValue` or `StopTransaction.transactionData`, after validation.
 *
 * @param meantZone of times without a zone, where it is known
 */
export function readSampledValues(meterValues: readonly Loose<MeterValue>[], meantZone?: string): Reading[] {
  return meterValues.map(({ timestamp, sampledValue }) => {
    const samples = sampledValue.map(readSample);
    return { time: parseStationTime(timestamp, meantZone), samples, columns: mainColumns(samples) };
  });
}

/** The main columns of samples that were taken at the same moment. */
export function mainColumns(samples: readonly Sample[]): MainColumns {
  return {
    registerWh: register(total(atOutlet(samples, 'Energy.Active.Import.Register'), toWh, sumWh)),
    powerW: total(atOutlet(samples, 'Power.Active.Import'), toW, sumW),
    currentA: total(atOutlet(samples, 'Current.Import'), toA, mostLoadedPhase),
    socPercent: stateOfCharge(samples),
    signed: samples.some((sample) => sample.format === 'SignedData'),
  };
}

function readSample(sent: Loose<SampledValue>): Sample {
  const measurand = sent.measurand ?? SAMPLED_VALUE_DEFAULTS.measurand;
  const unit = sent.unit ?? (measurand.startsWith('Energy.Active.') ? SAMPLED_VALUE_DEFAULTS.energyUnit : undefined);
  return {
    value: sent.value,
    measurand,
    ...(unit !== undefined && { unit: unit === 'Celcius' ? 'Celsius' : unit }),
    context: sent.context ?? SAMPLED_VALUE_DEFAULTS.context,
    location: sent.location ?? SAMPLED_VALUE_DEFAULTS.location,
    ...(sent.phase !== undefined && { phase: sent.phase }),
    format: sent.format === 'SignedData' ? 'SignedData' : SAMPLED_VALUE_DEFAULTS.format,
  };
}

/**
 * One context's samples of a measurand. Stations put the begin and the end of a transaction under one timestamp, which is that
 * of the end.
 */
function atOutlet(samples: readonly Sample[], measurand: Measurand): Sample[] {
  const usable = samples.filter((s) => s.measurand === measurand && s.format === 'Raw' && s.location === SAMPLED_VALUE_DEFAULTS.location);
  const context = CONTEXTS_LATEST_FIRST.find((c) => usable.some((s) => s.context === c)) ?? usable[0]?.context;
  return usable.filter((sample) => sample.context === context);
}

function total<T>(
  samples: readonly Sample[],
  convert: (value: string, unit: string | undefined) => T | null,
  combine: (phases: readonly Sample[]) => T | null,
): T | null {
  const whole = samples.find((sample) => sample.phase === undefined);
  if (whole !== undefined) return convert(whole.value, whole.unit);
  const phases = PHASES.map((names) => samples.find((sample) => names.includes(sample.phase ?? ''))).filter((s) => s !== undefined);
  return phases.length === 0 ? null : combine(phases);
}

function mostLoadedPhase(phases: readonly Sample[]): number | null {
  const currents = phases.map((sample) => toA(sample.value, sample.unit)).filter((current) => current !== null);
  return currents.length === 0 ? null : Math.max(...currents);
}

/** Null for what no meter counts to: the difference of two registers has to fit 64 bits, and those of a begin and an end fit 53. */
function register(wh: bigint | null): bigint | null {
  return wh !== null && Number.isSafeInteger(Number(wh)) ? wh : null;
}

function stateOfCharge(samples: readonly Sample[]): number | null {
  const sample = samples.find((s) => s.measurand === 'SoC' && s.format === 'Raw');
  const percent = sample === undefined ? null : toPercent(sample.value, sample.unit);
  return percent !== null && percent >= 0 && percent <= 100 ? percent : null;
}

/** Either spelling of a phase counts once. */
const PHASES: readonly (readonly string[])[] = [
  ['L1', 'L1-N'],
  ['L2', 'L2-N'],
  ['L3', 'L3-N'],
];

const CONTEXTS_LATEST_FIRST: readonly ReadingContext[] = [
  'Transaction.End',
  'Sample.Clock',
  'Sample.Periodic',
  'Trigger',
  'Interruption.End',
  'Interruption.Begin',
  'Other',
  'Transaction.Begin',
];
