import { describe, expect, it } from '@jest/globals';
import { isTimeZone, zonedInstantMs } from './time-zone.js';

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])('is %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });
  it.each(['', '+01:00', 'CET1', 'Europe/Atlantis', 'Europe/Berlin; DROP', 'Berlin'])('is not %s', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});

describe('a wall clock', () => {
  it.each([
    ['2026-01-15T12:00:00', 'Europe/Berlin', '2026-01-15T11:00:00.000Z'],
    ['2026-07-15T12:00:00', 'Europe/Berlin', '2026-07-15T10:00:00.000Z'],
    ['2026-07-15T12:00:00', 'UTC', '2026-07-15T12:00:00.000Z'],
    ['2026-07-15T12:00:00', 'Asia/Kolkata', '2026-07-15T06:30:00.000Z'],
    ['2026-07-15T00:30:00', 'America/New_York', '2026-07-15T04:30:00.000Z'],
    // Twice, and never: the clocks are changed.
    ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ])('that shows %s in %s is at %s', (local, zone, instant) => {
    expect(new Date(zonedInstantMs(Date.parse(`${local}Z`), zone)).toISOString()).toBe(instant);
  });
});
