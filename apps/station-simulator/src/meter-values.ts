import type { MeterValue, SampledValue } from '@ampline/protocol-ocpp';
import type { EnergyMeter } from './energy-meter.js';
import type { Quirks } from './profile.js';

const VOLTAGE_V = 230;
const PHASES = 3;

/** `sinceWh`: the register at the begin of the transaction. */
type Sampler = (meter: EnergyMeter, quirks: Quirks, sinceWh: number) => SampledValue | undefined;

const SAMPLERS: Readonly<Record<string, Sampler>> = {
  'Energy.Active.Import.Register': (meter, quirks, sinceWh) => sampledRegister(meter.registerWh, quirks, sinceWh),
  'Power.Active.Import': (meter) => ({ value: String(meter.powerW), measurand: 'Power.Active.Import', unit: 'W' }),
  'Current.Import': (meter, { deciAmpere }) => ({
    value: ((meter.powerW / PHASES / VOLTAGE_V) * (deciAmpere ? 10 : 1)).toFixed(1),
    measurand: 'Current.Import',
    unit: 'A',
    phase: 'L1',
  }),
  Voltage: () => ({ value: String(VOLTAGE_V), measurand: 'Voltage', unit: 'V', phase: 'L1-N' }),
  SoC: ({ stateOfChargePercent: percent }, { socAsFraction }) =>
    percent === undefined
      ? undefined
      : { value: String(socAsFraction ? percent / 100 : percent), measurand: 'SoC', unit: 'Percent', location: 'EV' },
};

/** A register reading as text: whole Wh, or kWh with three decimals, which is the same. */
export function register(wh: number, quirks: Pick<Quirks, 'energyUnit'>): SampledValue {
  const measurand = 'Energy.Active.Import.Register';
  return quirks.energyUnit === 'kWh'
    ? { value: (wh / 1_000).toFixed(3), measurand, unit: 'kWh' }
    : { value: String(wh), measurand, unit: 'Wh' };
}

/** A register between begin and end. */
function sampledRegister(wh: number, quirks: Quirks, sinceWh: number): SampledValue {
  if (quirks.sampledRegister === 'per-transaction') return register(wh - sinceWh, quirks);
  return quirks.sampledRegister === 'kWh-as-Wh' ? register(Math.floor(wh / 1_000), { energyUnit: 'Wh' }) : register(wh, quirks);
}

/** One MeterValue with the measurands that the station has and that are asked for. */
export function meterValue(
  o: { timestamp: string; context: NonNullable<SampledValue['context']>; measurands: readonly string[]; quirks: Quirks; sinceWh: number },
  meter: EnergyMeter,
): MeterValue {
  const samples = o.measurands.flatMap((measurand) => SAMPLERS[measurand]?.(meter, o.quirks, o.sinceWh) ?? []);
  const sampledValue = samples.length > 0 ? samples : [sampledRegister(meter.registerWh, o.quirks, o.sinceWh)];
  return { timestamp: o.timestamp, sampledValue: sampledValue.map((sample) => ({ ...sample, context: o.context })) };
}
