import type { ClockFollower, ManualClock } from './clock.js';
import { timeErrors } from './errors.js';

/** Opaque; only the `Timers` that made it can clear it. */
export interface TimerHandle {
  readonly timer: unknown;
}

/** One-shot timers as an argument. What must survive a restart is a row in the database, not one of these. */
export type Timers = {
  /** @throws AppError `time.timer-too-long` for more than 24.8 days, which the platform would fire at once. */
  setTimeout(run: () => void, ms: number): TimerHandle;
  /** Clearing one that fired or was cleared does nothing. */
  clear(handle: TimerHandle): void;
};

const LONGEST_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  setTimeout: (run, ms) => ({ timer: setTimeout(run, checked(ms)) }),
  clear: (handle) => clearTimeout(handle.timer as NodeJS.Timeout),
};

/** Timers that fire, in the order they are due, while their `ManualClock` is advanced. */
export class ManualTimers implements Timers, ClockFollower {
  private readonly pending: { dueMs: number; run: () => void }[] = [];

  constructor(private readonly clock: ManualClock) {
    clock.follow(this);
  }

  setTimeout(run: () => void, ms: number): TimerHandle {
    const timer = { dueMs: this.clock.monotonicMs() + Math.max(0, checked(ms)), run };
    const after = this.pending.findIndex((other) => other.dueMs > timer.dueMs);
    this.pending.splice(after === -1 ? this.pending.length : after, 0, timer);
    return { timer };
  }

  clear(handle: TimerHandle): void {
    const index = this.pending.findIndex((timer) => timer === handle.timer);
    if (index !== -1) this.pending.splice(index, 1);
  }

  nextDueMs(): number | undefined {
    return this.pending[0]?.dueMs;
  }

  fire(): void {
    this.pending.shift()?.run();
  }

  /** How many are waiting: a test of something that was closed expects 0. */
  get size(): number {
    return this.pending.length;
  }
}

function checked(ms: number): number {
  if (ms <= LONGEST_MS) return ms;
  throw timeErrors.timerTooLong({ ms });
}
