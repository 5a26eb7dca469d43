import { describe, expect, it } from '@jest/globals';
import { IdTokenType, SessionStatus } from '@ampline/contracts';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { duration, energy, fromWord, time, word, words } from './format.js';

const at = (text: string) => timestampFromDate(new Date(text));

describe('format', () => {
  it.each([
    [0n, '0.000 kWh'],
    [20n, '0.020 kWh'],
    [12_345n, '12.345 kWh'],
    [-5n, '-0.005 kWh'],
  ])('%s Wh is %s', (wh, text) => expect(energy(wh)).toBe(text));

  it('shows times in UTC to the second', () => {
    expect(time(at('2026-11-21T09:05:10.250Z'))).toBe('2026-11-21 09:05:10Z');
    expect(time(undefined)).toBe('');
  });

  it('counts a live session until now', () => {
    const now = new Date('2026-11-21T10:05:59Z');
    expect(duration(at('2026-11-21T09:00:00Z'), undefined, now)).toBe('1 h 05 min');
    expect(duration(at('2026-11-21T09:00:00Z'), at('2026-11-21T09:59:59Z'), now)).toBe('59 min');
  });

  it('names values of an enum and finds them by name', () => {
    expect(word(IdTokenType, IdTokenType.KEY_CODE)).toBe('key-code');
    expect(fromWord(IdTokenType, 'key-code')).toBe(IdTokenType.KEY_CODE);
    expect(fromWord(SessionStatus, 'unspecified')).toBeUndefined();
    expect(fromWord(SessionStatus, 'gone')).toBeUndefined();
    expect(words(SessionStatus)).toEqual(['active', 'completed', 'invalid']);
  });
});
