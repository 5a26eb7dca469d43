import { describe, expect, it } from '@jest/globals';
import { idTokenKey, isGroupToken, isIdToken } from './id-token-rules.js';

describe('an id token', () => {
  it.each(['0', '04A2B9C1D22E80', 'DE*AMP*C0000012*1', 'a b', '~!{}', 'x'.repeat(36)])('may be %j', (text) => {
    expect(isIdToken(text)).toBe(true);
  });

  it.each(['', ' ', ' a', 'a ', 'a\n', '\ta', 'a\u0000b', 'Käfer', '\u00a0', 'x'.repeat(37)])('may not be %j', (text) => {
    expect(isIdToken(text)).toBe(false);
  });

  it('is compared without regard to case', () => {
    expect(idTokenKey('De*AMP-c1')).toBe(idTokenKey('DE*amp-C1'));
  });
});

describe('a group token', () => {
  it('has at most the 20 characters of OCPP 1.6', () => {
    expect(isGroupToken('x'.repeat(20))).toBe(true);
    expect(isGroupToken('x'.repeat(21))).toBe(false);
    expect(isGroupToken('')).toBe(false);
  });
});
