import { AppError } from '@ampline/kernel-errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromSubjectToken, isTenantSlug, subjectToken } from './index.js';

const identity = fc.string({ unit: 'binary', minLength: 1, maxLength: 48 });

describe('subjectToken', () => {
  it.each([
    ['EXT-001', 'EXT-001'],
    ['a_b', 'a_b'],
    ['*', '%2A'],
    ['>', '%3E'],
    ['.', '%2E'],
    ['a.b', 'a%2Eb'],
    [' ', '%20'],
    ['%2A', '%252A'],
    ['Säule 7', 'S%C3%A4ule%207'],
    ['⚡', '%E2%9A%A1'],
    ['🚗', '%F0%9F%9A%97'],
    ['\u0000\n', '%00%0A'],
    ['\uFEFFx', '%EF%BB%BFx'],
  ])('%j becomes %s and back', (value, token) => {
    expect(subjectToken(value)).toBe(token);
    expect(fromSubjectToken(token)).toBe(value);
  });

  it('round trips every well-formed identity in one plain token', () => {
    fc.assert(
      fc.property(identity, (value) => {
        const token = subjectToken(value);
        expect(token).toMatch(/^(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+$/);
        expect(fromSubjectToken(token)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  it('gives different identities different tokens', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        expect(subjectToken(a) === subjectToken(b)).toBe(a === b);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['', '\uD800', 'a\uDC00b'])('refuses %j', (value) => {
    expect(() => subjectToken(value)).toThrow(AppError);
  });
});

describe('fromSubjectToken', () => {
  it.each(['', '%', '%2', '%2a', '%41', 'a.b', '*', 'a b', '%FF', '%C3', '%ED%A0%80'])('refuses %j, which we never write', (token) => {
    expect(() => fromSubjectToken(token)).toThrow(AppError);
  });

  it('accepts nothing but canonical tokens', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('%', '4', '1', 'C', '3', 'A', 'e', '.') }), (token) => {
        const value = attempt(token);
        if (value !== undefined) expect(subjectToken(value)).toBe(token);
      }),
      { numRuns: 1000 },
    );
  });
});

function attempt(token: string): string | undefined {
  try {
    return fromSubjectToken(token);
  } catch (e) {
    if (AppError.is(e, 'ids.not-a-subject-token')) return undefined;
    throw e;
  }
}

describe('isTenantSlug', () => {
  it.each(['nordstrom', 'stadtwerke-9', '42'])('accepts %s', (slug) => expect(isTenantSlug(slug)).toBe(true));
  it.each(['', 'a', 'Nord', 'nord_strom', 'nord.strom', 'ümlaut', 'x'.repeat(33), 'ocpp', 'admin', 'nord\n'])('refuses %j', (slug) =>
    expect(isTenantSlug(slug)).toBe(false),
  );
});
