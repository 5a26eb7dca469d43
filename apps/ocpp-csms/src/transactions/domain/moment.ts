import { judgeStationTime, parseStationTime, type StationTimeVerdict } from '@ampline/kernel-time';
import type { Doubt } from '../../issues/reasons.js';

/** When something happened, as far as we can tell. */
export interface Moment {
  /** The station's time where its clock is plausible, else the time at which we received the message. */
  at: Date;
  /** As the station sent it. */
  raw: string;
  clock: StationTimeVerdict;
  receivedAt: Date;
}

/** @param meantZone of times without a zone, where it is known */
export function momentOf(raw: string, receivedAt: Date, meantZone?: string): Moment {
  const told = parseStationTime(raw, meantZone);
  const clock = judgeStationTime(told, receivedAt);
  return { at: clock === 'plausible' && told.at !== null ? told.at : receivedAt, raw, clock, receivedAt };
}

/** What a time that is not plausible is called in the work list. */
export function clockDoubt(clock: StationTimeVerdict): Doubt | undefined {
  return clock === 'plausible' ? undefined : `clock-${clock}`;
}
