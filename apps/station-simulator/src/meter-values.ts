import type { MeterValue, SampledValue } from '@ampline/protocol-ocpp';
import type { EnergyMeter } from './energy-meter.js';
import type { Quirks } from './profile.js';

const VOLTAGE_V = 230;
const PHASES = 3;

type Sampler = (meter: EnergyMeter, quirks: Quirks) => SampledValue | undefined;

const SAMPLERS: Readonly<Record<string, Sampler>> = {
  'Energy.Active.Import.Register': (meter, quirks) => register(meter.registerWh, quirks),
  'Power.Active.Import': (meter) => ({ value: String(meter.powerW), measurand: 'Power.Active.Import', unit: 'W' }),
  'Current.Import': (meter) => ({
    value: (meter.powerW / PHASES / VOLTAGE_V).toFixed(1),
    measurand: 'Current.Import',
    unit: 'A',
    phase: 'L1',
  }),
  Voltage: () => ({ value: String(VOLTAGE_V), measurand: 'Voltage', unit: 'V', phase: 'L1-N' }),
  SoC: (meter) =>
    meter.stateOfChargePercent === undefined
      ? undefined
      : { value: String(meter.stateOfChargePercent), measurand: 'SoC', unit: 'Percent', location: 'EV' },
};

/** A register reading as text: whole Wh, or kWh with three decimals, which is the same. */
export function register(wh: number, quirks: Pick<Quirks, 'energyUnit'>): SampledValue {
  const measurand = 'Energy.Active.Import.Register';
  return quirks.energyUnit === 'kWh'
    ? { value: (wh / 1_000).toFixed(3), measurand, unit: 'kWh' }
    : { value: String(wh), measurand, unit: 'Wh' };
}

/** One MeterValue with the measurands that the station has and that are asked for. */
export function meterValue(
  o: { timestamp: string; context: NonNullable<SampledValue['context']>; measurands: readonly string[]; quirks: Quirks },
  meter: EnergyMeter,
): MeterValue {
  const samples = o.measurands.flatMap((measurand) => SAMPLERS[measurand]?.(meter, o.quirks) ?? []);
  const sampledValue = samples.length > 0 ? samples : [register(meter.registerWh, o.quirks)];
  return { timestamp: o.timestamp, sampledValue: sampledValue.map((sample) => ({ ...sample, context: o.context })) };
}
