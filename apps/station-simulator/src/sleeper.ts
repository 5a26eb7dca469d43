import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';

const POLL_MS = 20;

/** Waiting that can be ended for everybody at once. */
export class Sleeper {
  private readonly asleep = new Map<(woken: boolean) => void, TimerHandle>();
  private ended = false;

  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  /** @returns false when the waiting was ended before its time */
  sleep(ms: number): Promise<boolean> {
    if (this.ended) return Promise.resolve(false);
    return new Promise((resolve) => {
      const handle = this.timers.setTimeout(() => {
        this.asleep.delete(resolve);
        resolve(true);
      }, ms);
      this.asleep.set(resolve, handle);
    });
  }

  /** @returns whether the condition held in time */
  async until(condition: () => boolean, timeoutMs: number, pollMs = POLL_MS): Promise<boolean> {
    const deadlineMs = this.clock.monotonicMs() + timeoutMs;
    while (!condition()) {
      const leftMs = deadlineMs - this.clock.monotonicMs();
      if (leftMs <= 0 || !(await this.sleep(Math.min(pollMs, leftMs)))) return condition();
    }
    return true;
  }

  /** Wakes everybody; nobody sleeps any more. */
  end(): void {
    this.ended = true;
    for (const [resolve, handle] of this.asleep) {
      this.timers.clear(handle);
      resolve(false);
    }
    this.asleep.clear();
  }
}
