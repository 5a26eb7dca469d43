import type { ChargingProfile } from '@ampline/protocol-ocpp';
import { powerW } from './charging-rate.js';

/** A profile as one station has it. */
export interface InstalledProfile {
  /** 0: every connector (TxDefaultProfile), or the station as a whole (ChargePointMaxProfile). */
  connectorId: number;
  profile: ChargingProfile;
  /** Number of the transaction a TxProfile belongs to. */
  transaction?: number;
}

export const RECURRENCE_S = { Daily: 86_400, Weekly: 604_800 } as const;

/**
 * What a profile allows at a moment, in W; undefined when it says nothing about it: not valid, not begun, in a gap or over
 * (OCPP 1.6 §3.13).
 * @param relativeToMs when a Relative profile begins: with the transaction
 */
export function limitOf({ profile }: InstalledProfile, atMs: number, relativeToMs: number): number | undefined {
  if (profile.validFrom !== undefined && atMs < Date.parse(profile.validFrom)) return undefined;
  if (profile.validTo !== undefined && atMs >= Date.parse(profile.validTo)) return undefined;
  const { duration, chargingRateUnit, chargingSchedulePeriod } = profile.chargingSchedule;
  const elapsedS = (atMs - beginMs(profile, atMs, relativeToMs)) / 1_000;
  if (elapsedS < 0 || (duration !== undefined && elapsedS >= duration)) return undefined;
  const period = chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= elapsedS);
  return period && powerW(chargingRateUnit, period);
}

/** The moments in a span at which a profile may begin to say something else. Milliseconds since 1970. */
export function changesOf({ profile }: InstalledProfile, fromMs: number, toMs: number, relativeToMs: number): number[] {
  const { duration, chargingSchedulePeriod } = profile.chargingSchedule;
  const offsets = [...chargingSchedulePeriod.map(({ startPeriod }) => startPeriod), ...(duration === undefined ? [] : [duration])];
  const everyMs = recurrenceMs(profile);
  const begins = [beginMs(profile, fromMs, relativeToMs)];
  for (let next = begins[0] as number; everyMs !== undefined && next <= toMs; next += everyMs) begins.push(next + everyMs);
  const valid = [profile.validFrom, profile.validTo].flatMap((text) => (text === undefined ? [] : [Date.parse(text)]));
  return [...begins.flatMap((begin) => offsets.map((offset) => begin + offset * 1_000)), ...valid].filter((at) => at > fromMs && at < toMs);
}

function beginMs(profile: ChargingProfile, atMs: number, relativeToMs: number): number {
  const { startSchedule } = profile.chargingSchedule;
  if (profile.chargingProfileKind === 'Relative' || startSchedule === undefined) return relativeToMs;
  const first = Date.parse(startSchedule);
  const everyMs = recurrenceMs(profile);
  return everyMs === undefined ? first : first + Math.max(0, Math.floor((atMs - first) / everyMs)) * everyMs;
}

function recurrenceMs({ chargingProfileKind, recurrencyKind }: ChargingProfile): number | undefined {
  return chargingProfileKind === 'Recurring' && recurrencyKind !== undefined ? RECURRENCE_S[recurrencyKind] * 1_000 : undefined;
}
