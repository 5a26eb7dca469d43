/** Figures as people read them. Pure: the locale is an argument. */

const NONE = '–';
type Maybe<T> = T | null | undefined;

/**
 * Figures in one language. Anything unknown is a dash. Times of a station or a session are told in the zone of its site, with the zone's name
 * where they would read differently here; all others in the browser's.
 */
export interface Format {
  integer: (value: Maybe<number>) => string;
  percent: (value: Maybe<number>) => string;
  /** Wh as kWh or MWh. */
  energy: (wh: Maybe<number>) => string;
  /** W as kW or MW. */
  power: (w: Maybe<number>) => string;
  /** Milliseconds as `1 h 05 min`, `4 min 10 s` or `9 s`. */
  duration: (ms: Maybe<number>) => string;
  /** Date and time of day. */
  dateTime: (iso: Maybe<string>, timeZone?: string) => string;
  /** With seconds and the zone's name. */
  instant: (iso: Maybe<string>, timeZone?: string) => string;
  date: (iso: Maybe<string>, timeZone?: string) => string;
  /** Time of day with seconds. */
  time: (iso: Maybe<string | Date>, timeZone?: string) => string;
  /** Time of day, hours and minutes. */
  clock: (iso: Maybe<string | Date>, timeZone?: string) => string;
  /** As `clock`, never with the zone's name: one of many along an axis. */
  tick: (at: Date, timeZone?: string) => string;
  /** How long before or after `now`: `3 minutes ago`. */
  relative: (iso: Maybe<string>, now: number) => string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param locale BCP 47, such as `de` */
export function formatsOf(locale: string): Format {
  const decimals = (digits: number) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const one = decimals(1);
  const two = decimals(2);
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const dates = (options: Intl.DateTimeFormatOptions) => {
    const made = new Map<string | undefined, Intl.DateTimeFormat>();
    return (value: Maybe<string | Date>, timeZone?: string) => {
      if (value === null || value === undefined) return NONE;
      const format = made.get(timeZone) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
      made.set(timeZone, format);
      return format.format(typeof value === 'string' ? new Date(value) : value);
    };
  };
  /** Names the zone where the reader's own clock shows something else. */
  const local = (options: Intl.DateTimeFormatOptions) => {
    const [bare, named] = [dates(options), dates({ ...options, timeZoneName: 'short' })];
    return (value: Maybe<string | Date>, timeZone?: string) => (bare(value, timeZone) === bare(value) ? bare : named)(value, timeZone);
  };
  const day = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
  const minutes = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

  return {
    integer: (value) => known(value, (v) => whole.format(v)),
    percent: (value) => known(value, (v) => share.format(v / 100)),
    energy: (wh) => known(wh, (v) => (Math.abs(v) < 1e6 ? `${two.format(v / 1e3)} kWh` : `${two.format(v / 1e6)} MWh`)),
    power: (w) => known(w, (v) => (Math.abs(v) < 1e6 ? `${one.format(v / 1e3)} kW` : `${two.format(v / 1e6)} MW`)),
    duration: (ms) => known(ms, durationText),
    dateTime: local({ ...day, ...minutes }),
    instant: dates({ ...day, ...minutes, second: '2-digit', timeZoneName: 'short' }),
    date: dates(day),
    time: local({ ...minutes, second: '2-digit' }),
    clock: local(minutes),
    tick: dates(minutes),
    relative: (iso, now) => known(iso, (text) => relativeText(ago, Date.parse(text) - now)),
  };
}

function known<T>(value: Maybe<T>, text: (value: T) => string): string {
  return value === null || value === undefined ? NONE : text(value);
}

function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, '0')} s` : `${rest} s`;
}

function relativeText(format: Intl.RelativeTimeFormat, ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return format.format(Math.trunc(ms / SECOND), 'second');
  if (size < HOUR) return format.format(Math.trunc(ms / MINUTE), 'minute');
  if (size < DAY) return format.format(Math.trunc(ms / HOUR), 'hour');
  return format.format(Math.trunc(ms / DAY), 'day');
}
