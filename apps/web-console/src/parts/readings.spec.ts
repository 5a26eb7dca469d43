import { describe, expect, it } from '@jest/globals';
import { chargedWh, joined } from './readings.js';

describe('readings of a session', () => {
  it('are one course, whether stored or live, each instant once, as it was told last', () => {
    const stored = [
      { at: '2026-11-28T10:02:00Z', powerW: 2 },
      { at: '2026-11-28T10:01:00Z', powerW: 1 },
    ];
    const live = [
      { at: '2026-11-28T10:02:00.000Z', powerW: 3 },
      { at: '2026-11-28T10:03:00Z', powerW: 4 },
    ];
    expect(joined(stored, live).map(({ powerW }) => powerW)).toEqual([1, 3, 4]);
  });
});

describe('energy of a running session', () => {
  const session = { meterStartWh: 1_000, energyWh: 500 };
  const at = '2026-11-28T10:00:00Z';

  it('is of the latest reading', () => {
    expect(chargedWh(session, { at, registerWh: 1_800 })).toBe(800);
  });

  it('never goes back behind what the session says', () => {
    expect(chargedWh(session, { at, registerWh: 1_200 })).toBe(500);
    expect(chargedWh(session, { at, registerWh: null })).toBe(500);
    expect(chargedWh(session, undefined)).toBe(500);
  });
});
