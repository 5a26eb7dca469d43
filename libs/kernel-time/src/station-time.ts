import { zonedInstantMs } from './time-zone.js';

/** A timestamp as a charging station sent it. Station clocks are not trusted: keep `raw` beside everything derived from it. */
export interface StationTime {
  /** UTC instant; null when the text is no ISO 8601 date and time. */
  at: Date | null;
  /** False when the text names no zone (then UTC is assumed) or cannot be read. */
  zoned: boolean;
  raw: string;
}

export type StationTimeVerdict = 'plausible' | 'future' | 'past' | 'without-zone' | 'unreadable';

const ISO_8601 =
  /^\s*(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[Tt ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?\s?(?<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?\s*$/;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const AHEAD_LIMIT_MS = 5 * MINUTE_MS;
const AGE_LIMIT_MS = 400 * DAY_MS;
const WIDEST_ZONE_MS = 14 * HOUR_MS;
/** Before OCPP 1.6 was published no station could have sent it: 1970 and 2000 are clocks that were never set. */
const EARLIEST_MS = Date.UTC(2015, 0, 1);

/**
 * Reads ISO 8601 as stations write it: `T` or a blank, with or without seconds, any number of fraction digits (kept to the
 * millisecond), decimal comma, zone as `Z`, `+02`, `+0200`, `+02:00` or missing, second 60. Never throws.
 *
 * @param meantZone IANA zone that a time without one is known to mean; such a time is then as good as one with a zone
 */
export function parseStationTime(raw: string, meantZone?: string): StationTime {
  const parts = ISO_8601.exec(raw)?.groups;
  if (parts === undefined) return { at: null, zoned: false, raw };
  const localMs = localMilliseconds(parts);
  const offsetMs = zoneOffsetMs(parts.zone);
  if (localMs === undefined || offsetMs === undefined) return { at: null, zoned: false, raw };
  if (parts.zone === undefined && meantZone !== undefined) return { at: new Date(zonedInstantMs(localMs, meantZone)), zoned: true, raw };
  return { at: new Date(localMs - offsetMs), zoned: parts.zone !== undefined, raw };
}

/**
 * How far to believe it, by the time we received the message: more than 5 minutes ahead is `future`; before 2015 or more than
 * 400 days old is `past`. A time without zone counts as `future` only when no zone on earth explains it.
 */
export function judgeStationTime(time: StationTime, receivedAt: Date): StationTimeVerdict {
  if (time.at === null) return 'unreadable';
  const aheadMs = time.at.getTime() - receivedAt.getTime();
  if (aheadMs > AHEAD_LIMIT_MS + (time.zoned ? 0 : WIDEST_ZONE_MS)) return 'future';
  if (time.at.getTime() < EARLIEST_MS || -aheadMs > AGE_LIMIT_MS) return 'past';
  return time.zoned ? 'plausible' : 'without-zone';
}

function localMilliseconds(parts: Record<string, string | undefined>): number | undefined {
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const [hour, minute, second] = [Number(parts.hour), Number(parts.minute), Number(parts.second ?? 0)];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const fractionMs = Number((parts.fraction ?? '').padEnd(3, '0').slice(0, 3));
  return midnight.getTime() + hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + fractionMs;
}

function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2, 4));
  if (hours > 15 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}
