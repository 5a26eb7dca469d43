import type { ChargingProfile } from '@ampline/protocol-ocpp';

type Schedule = ChargingProfile['chargingSchedule'];
type Period = Schedule['chargingSchedulePeriod'][number];
export type ChargingRateUnit = Schedule['chargingRateUnit'];

/** Between phase and neutral. */
export const VOLTAGE_V = 230;
/** `numberPhases` when a period names none (OCPP 1.6 §7.14). */
const DEFAULT_PHASES = 3;

/** A limit in the unit of its schedule as power. An ampere is one of each phase. */
export function powerW(unit: ChargingRateUnit, { limit, numberPhases = DEFAULT_PHASES }: Pick<Period, 'limit' | 'numberPhases'>): number {
  return unit === 'W' ? limit : limit * VOLTAGE_V * numberPhases;
}

/** Power in a unit, to the tenth that the schema allows; never more than it was. */
export function inUnit(unit: ChargingRateUnit, watts: number): number {
  const value = unit === 'W' ? watts : watts / VOLTAGE_V / DEFAULT_PHASES;
  // A hair above: 16 A × 690 V is 11,040 W, and back it must be 16 again.
  return Math.floor(value * 10 + 1e-6) / 10;
}
