import type { Brand } from './brand.js';
import { idErrors } from './errors.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const COUNTER_MAX = 0xfff;
const RANDOM_BYTES = 10;
const POOL_BYTES = RANDOM_BYTES * 256;

/**
 * UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, a 12-bit counter that rises within a millisecond (§6.2 method 1),
 * 62 random bits. Ids of one source sort in the order they were made, also when the wall clock steps back.
 */
export class UuidV7Source {
  private lastMs = 0;
  private counter = 0;
  private readonly pool = new Uint8Array(POOL_BYTES);
  private poolOffset = POOL_BYTES;

  /** @param nowMs Unix milliseconds the id carries; without it the wall clock, never earlier than the id before. */
  next(nowMs?: number): string {
    const random = this.randomBytes();
    const ms = nowMs ?? Math.max(Date.now(), this.lastMs);
    if (ms !== this.lastMs) return this.restart(ms, random);
    if (this.counter < COUNTER_MAX) {
      this.counter += 1;
      return format(ms, this.counter, random);
    }
    // Used up: run ahead of the clock by a millisecond rather than go back in order. A given time is kept as given.
    return this.restart(nowMs === undefined ? ms + 1 : ms, random);
  }

  /** The counter starts in its lower half, so that at least 2,048 ids fit into each millisecond. */
  private restart(ms: number, random: Uint8Array): string {
    this.lastMs = ms;
    this.counter = seed(random);
    return format(ms, this.counter, random);
  }

  private randomBytes(): Uint8Array {
    if (this.poolOffset >= POOL_BYTES) {
      crypto.getRandomValues(this.pool);
      this.poolOffset = 0;
    }
    const start = this.poolOffset;
    this.poolOffset += RANDOM_BYTES;
    return this.pool.subarray(start, this.poolOffset);
  }
}

const processSource = new UuidV7Source();

/**
 * A new UUIDv7. Without arguments (or with the time alone) ids of this process rise strictly within a millisecond.
 * With `random` (10 bytes) the result depends on the arguments alone.
 */
export function uuidv7(nowMs?: number, random?: Uint8Array): string {
  if (random === undefined) return processSource.next(nowMs);
  return format(nowMs ?? Date.now(), seed(random), random);
}

/** Any UUID version, either letter case. */
export function isUuid(s: string): boolean {
  return UUID.test(s);
}

/** @throws AppError `ids.not-an-id` (invalid). The result is lower case, as PostgreSQL prints it. */
export function parseId<T extends string>(kind: T, s: string): Brand<string, T> {
  if (!isUuid(s)) throw idErrors.notAnId({ kind });
  return s.toLowerCase() as Brand<string, T>;
}

function seed(random: Uint8Array): number {
  return (((random[0] ?? 0) << 8) | (random[1] ?? 0)) & 0x7ff;
}

function format(ms: number, counter: number, random: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0');
  const variant = HEX[0x80 | ((random[2] ?? 0) & 0x3f)];
  let tail = '';
  for (let i = 4; i < RANDOM_BYTES; i += 1) tail += HEX[random[i] ?? 0];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${HEX[random[3] ?? 0]}-${tail}`;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
