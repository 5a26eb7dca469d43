import { describe, expect, it } from '@jest/globals';
import { roundsByStation } from './rounds.js';

describe('roundsByStation', () => {
  it('has each station once in a round, in the order in which it came', () => {
    const items = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2'].map((name) => ({ stationId: name.charAt(0), name }));
    expect(roundsByStation(items).map((round) => round.map(({ name }) => name))).toEqual([['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']]);
    expect(roundsByStation([])).toEqual([]);
  });
});
