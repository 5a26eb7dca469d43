import type { Clock } from '@ampline/kernel-time';
import { Lru } from '../lru.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** Most keys that are remembered; one that is forgotten begins full. */
const CAPACITY = 50_000;

/** Rate limits by key, each with a number of requests per minute that may come all at once. */
export class TokenBuckets {
  private readonly buckets = new Lru<Bucket>(CAPACITY);

  constructor(private readonly clock: Clock) {}

  /** Takes one. Answers how many seconds to wait, 0 when it was there. */
  take(key: string, perMinute: number): number {
    const bucket = this.current(key, perMinute);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / perMinute);
    bucket.tokens -= 1;
    return 0;
  }

  /** How many seconds to wait for one, without taking it. */
  waitS(key: string, perMinute: number): number {
    const { tokens } = this.current(key, perMinute);
    return tokens < 1 ? Math.ceil(((1 - tokens) * 60) / perMinute) : 0;
  }

  private current(key: string, perMinute: number): Bucket {
    const now = this.clock.monotonicMs();
    const bucket = this.buckets.get(key) ?? { tokens: perMinute, at: now };
    bucket.tokens = Math.min(perMinute, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
    bucket.at = now;
    this.buckets.set(key, bucket);
    return bucket;
  }
}
