import { describe, expect, it } from '@jest/globals';
import { lifeOf } from './life.js';

const now = Date.UTC(2026, 10, 28, 12);
const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();

describe('life of keys and links', () => {
  it.each([
    [{}, 'ACTIVE'],
    [{ expiresAt: null, revokedAt: null }, 'ACTIVE'],
    [{ expiresAt: at(1) }, 'ACTIVE'],
    [{ expiresAt: at(0) }, 'EXPIRED'],
    [{ expiresAt: at(-1), revokedAt: at(-2) }, 'REVOKED'],
    [{ expiresAt: at(1), revokedAt: at(-2) }, 'REVOKED'],
  ])('%j is %s', (thing, life) => {
    expect(lifeOf(thing, now)).toBe(life);
  });
});
