import { ManualClock } from '@ampline/kernel-time';
import { describe, expect, it } from '@jest/globals';
import type { Quirks, StationClockFault } from './profile.js';
import { StationClock } from './station-clock.js';

describe('StationClock', () => {
  it.each<[StationClockFault, Quirks['zone'], string]>([
    [{ kind: 'exact' }, 'utc', '2026-06-01T12:00:05.000Z'],
    [{ kind: 'exact' }, 'none', '2026-06-01T12:00:05.000'],
    [{ kind: 'exact' }, 'offset', '2026-06-01T14:00:05.000+02:00'],
    [{ kind: 'offset', offsetMs: 3_600_000 }, 'utc', '2026-06-01T13:00:05.000Z'],
    [{ kind: 'stuck', at: '2026-01-01T00:00:00Z' }, 'utc', '2026-01-01T00:00:00.000Z'],
    [{ kind: 'since-1970' }, 'utc', '1970-01-01T00:00:05.000Z'],
  ])('%j, %s: %s', (fault, zone, shown) => {
    const clock = new ManualClock(new Date('2026-06-01T12:00:00Z'));
    const stationClock = new StationClock(clock, fault, zone);
    clock.advance(5_000);
    expect(stationClock.timestamp()).toBe(shown);
  });
});
