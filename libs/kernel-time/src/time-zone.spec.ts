import { describe, expect, it } from '@jest/globals';
import { isTimeZone } from './time-zone.js';

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])('is %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });
  it.each(['', '+01:00', 'CET1', 'Europe/Atlantis', 'Europe/Berlin; DROP', 'Berlin'])('is not %s', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
