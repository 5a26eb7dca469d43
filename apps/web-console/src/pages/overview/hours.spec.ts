import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, HOURS_SHOWN, hoursOf } from './hours.js';

describe('hours', () => {
  it('of a day, with those that had no session', () => {
    const from = Date.parse('2026-11-27T15:00:00Z');
    const hours = hoursOf(from, [
      { from: '2026-11-27T15:00:00Z', sessions: 2, energyWh: 900 },
      { from: '2026-11-28T14:00:00.000Z', sessions: 1, energyWh: 50 },
      { from: '2026-11-26T14:00:00Z', sessions: 9, energyWh: 9 },
    ]);
    expect(hours).toHaveLength(HOURS_SHOWN);
    expect(hours[0]).toEqual({ at: from, sessions: 2, energyWh: 900 });
    expect(hours[1]).toEqual({ at: from + HOUR_MS, sessions: 0, energyWh: 0 });
    expect(hours.at(-1)).toEqual({ at: from + 23 * HOUR_MS, sessions: 1, energyWh: 50 });
    expect(hours.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(3);
  });
});
