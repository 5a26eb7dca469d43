import { describe, expect, it } from '@jest/globals';
import { hashPassword, passwordMatches } from './password.js';

describe('passwords', () => {
  it('match their own hash, however they were composed, and no other', async () => {
    const hash = await hashPassword('Übergrößenträger');
    expect(hash).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await passwordMatches('Übergrößenträger'.normalize('NFD'), hash)).toBe(true);
    expect(await passwordMatches('Ubergroßentrager', hash)).toBe(false);
    expect(await hashPassword('Übergrößenträger')).not.toBe(hash);
  });

  it('match nothing where there is no hash', async () => {
    expect(await passwordMatches('', undefined)).toBe(false);
    expect(await passwordMatches('x', 'not a hash')).toBe(false);
  });

  it('are checked with the cost that their hash names', async () => {
    const cheap = 'scrypt$16$1$1$c2FsdA$rNFOeyxjY2VPoyIaZtOQdl5nBoss4taDPD1sTkP3Ozs';
    expect(await passwordMatches('a-good-password', cheap)).toBe(true);
    expect(await passwordMatches('another', cheap)).toBe(false);
  });
});
