import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SocketChecksum } from './socket-checksum.js';

describe('SocketChecksum', () => {
  it('is the first 8 bytes of the hash of one socket, and zeros without any', () => {
    const checksum = new SocketChecksum();
    expect(checksum.hex).toBe('0000000000000000');
    checksum.toggle('s1', 7);
    expect(checksum.hex).toBe(createHash('sha256').update('s1:7').digest('hex').slice(0, 16));
    checksum.toggle('s1', 7);
    expect(checksum.hex).toBe('0000000000000000');
  });

  it('does not depend on the order', () => {
    const sockets = Array.from({ length: 50 }, (_, i) => [`station-${i}`, i] as const);
    const [there, back] = [new SocketChecksum(), new SocketChecksum()];
    for (const [id, epoch] of sockets) there.toggle(id, epoch);
    for (const [id, epoch] of sockets.toReversed()) back.toggle(id, epoch);
    expect(there.hex).toBe(back.hex);
    back.toggle('station-3', 3);
    expect(there.hex).not.toBe(back.hex);
  });
});
