import { describe, expect, it } from '@jest/globals';
import { KeyCipher } from './key-cipher.js';

describe('a sealed key', () => {
  const cipher = new KeyCipher('some secret');

  it('is opened with the same secret, under the same id', () => {
    const sealed = cipher.seal('a private key', 'k1');
    expect(cipher.open(sealed, 'k1')).toBe('a private key');
    expect(cipher.seal('a private key', 'k1')).not.toEqual(sealed);
    expect(() => cipher.open(sealed, 'k2')).toThrow();
    expect(() => new KeyCipher('another').open(sealed, 'k1')).toThrow();
  });

  it('is no longer opened once a bit of it has changed', () => {
    const sealed = cipher.seal('a private key', 'k1');
    for (const at of [0, 12, 28]) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => cipher.open(changed, 'k1')).toThrow();
    }
  });
});
