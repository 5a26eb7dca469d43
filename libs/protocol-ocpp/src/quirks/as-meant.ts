import type { Loose, MeterValue, ReceivedRequest, SampledValue } from '../ocpp16/messages.js';
import { readSampledValues } from '../ocpp16/readings.js';
import type { QuirkSet } from './deviations.js';

/** OCPP 1.6 §7.28. */
const LONGEST_ID_TOKEN = 20;

/** OCPP 1.6 idTag, as the station was given it. */
export function idTagAsMeant(idTag: string, quirks: QuirkSet): string {
  return quirks.has('long_id_tokens') ? idTag.slice(0, LONGEST_ID_TOKEN) : idTag;
}

/** OCPP 1.6 connectorId of a status or of meter values. */
export function connectorAsMeant(connectorId: number, quirks: QuirkSet): number {
  return connectorId === 0 && quirks.has('connector_zero_means_one') ? 1 : connectorId;
}

/** Sampled values whose unit the station has wrong. Signed data stay as they are. */
export function readingsAsMeant(readings: readonly Loose<MeterValue>[], quirks: QuirkSet): readonly Loose<MeterValue>[] {
  if (!quirks.has('current_in_dA') && !quirks.has('soc_as_fraction')) return readings;
  return readings.map((reading) => ({ ...reading, sampledValue: reading.sampledValue.map((sample) => sampleAsMeant(sample, quirks)) }));
}

/** Wh; with `meter_stop_zero` what the end's own readings tell. */
export function meterStopAsMeant({ meterStop, transactionData = [] }: ReceivedRequest<'StopTransaction'>, quirks: QuirkSet): number {
  if (meterStop !== 0 || !quirks.has('meter_stop_zero')) return meterStop;
  const ends = transactionData
    .map((reading) => ({ ...reading, sampledValue: reading.sampledValue.filter(({ context }) => context === 'Transaction.End') }))
    .filter(({ sampledValue }) => sampledValue.length > 0);
  const register = readSampledValues(ends).findLast(({ columns }) => columns.registerWh !== null)?.columns.registerWh;
  return register === undefined || register === null ? meterStop : Number(register);
}

/** What the register of a sample is, given that of the begin of its session. Wh. */
export function registerAsMeant(registerWh: bigint, meterStartWh: bigint, quirks: QuirkSet): bigint {
  if (registerWh >= meterStartWh) return registerWh;
  if (quirks.has('energy_in_kWh_without_unit') && registerWh * WH_PER_KWH + WH_PER_KWH > meterStartWh) return registerWh * WH_PER_KWH;
  return quirks.has('sampled_register_per_session') ? meterStartWh + registerWh : registerWh;
}

/** The zone of times that name none. */
export function zoneAsMeant(quirks: QuirkSet, siteZone: string): string | undefined {
  if (quirks.has('timestamps_in_site_zone')) return siteZone;
  return quirks.has('timestamps_in_utc_without_zone') ? 'UTC' : undefined;
}

const WH_PER_KWH = 1_000n;

function sampleAsMeant(sample: Loose<SampledValue>, quirks: QuirkSet): Loose<SampledValue> {
  if (sample.format === 'SignedData') return sample;
  const { measurand = '', value, unit } = sample;
  if (measurand.startsWith('Current.') && (unit === undefined || unit === 'A') && quirks.has('current_in_dA'))
    return { ...sample, value: scaled(value, -1) };
  if (measurand === 'SoC' && quirks.has('soc_as_fraction') && Number(value) <= 1) return { ...sample, value: scaled(value, 2) };
  return sample;
}

/** A decimal with its point moved; what is no number stays as it is. */
function scaled(text: string, places: number): string {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : String(Number((number * 10 ** places).toFixed(6)));
}
