import { hash } from 'node:crypto';

/**
 * One number for a set of sockets, whatever their order: xor of the first 8 bytes of sha256(`<stationId>:<epoch>`) of each. Gateway and
 * back end compare it with every beat; putting a socket in and taking it out are the same operation.
 */
export class SocketChecksum {
  private high = 0;
  private low = 0;

  toggle(stationId: string, epoch: number): void {
    const digest = hash('sha256', `${stationId}:${epoch}`, 'buffer');
    this.high ^= digest.readInt32BE(0);
    this.low ^= digest.readInt32BE(4);
  }

  /** 16 lower-case hexadecimal digits. */
  get hex(): string {
    return hex32(this.high) + hex32(this.low);
  }
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
