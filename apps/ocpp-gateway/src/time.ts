import type { Clock, Timers } from '@ampline/kernel-time';

/** Clock and timers of the gateway, as one argument. */
export class Time {
  constructor(
    readonly clock: Clock,
    readonly timers: Timers,
  ) {}

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.timers.setTimeout(resolve, ms));
  }
}

const FIRST_MS = 100;
const MOST_MS = 1_000;

/**
 * How long to wait after the `tries`-th attempt (from 1): 50–100 ms at first, doubling, 1 s at most, half of it by chance, so that
 * thousands of calls that failed together do not come again together.
 */
export function backOffMs(tries: number, chance = Math.random()): number {
  const ceiling = Math.min(FIRST_MS * 2 ** (tries - 1), MOST_MS);
  return ceiling * (0.5 + chance / 2);
}
