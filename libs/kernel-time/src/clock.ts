/** The time of day and the time that only runs forward, as arguments: nothing that decides reads `Date.now()` itself. */
export interface Clock {
  now(): Date;
  /** Milliseconds from an arbitrary start, never stepping back. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};

/** A clock that moves only when told. `ManualTimers` of the same clock fire on the way. */
export class ManualClock implements Clock {
  private nowMs: number;
  private elapsedMs = 0;
  private readonly followers: ClockFollower[] = [];

  constructor(start: Date = new Date('2025-01-01T00:00:00Z')) {
    this.nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.nowMs);
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  /** Moves both times on by `ms`, stopping at every timer that is due on the way. */
  advance(ms: number): void {
    const targetMs = this.elapsedMs + ms;
    for (let next = this.nextDue(targetMs); next !== undefined; next = this.nextDue(targetMs)) {
      this.move(Math.max(next.dueMs, this.elapsedMs));
      next.follower.fire();
    }
    this.move(targetMs);
  }

  /** Steps the wall clock alone, as a time server's correction does; the monotonic time stays. */
  setNow(now: Date): void {
    this.nowMs = now.getTime();
  }

  follow(follower: ClockFollower): void {
    this.followers.push(follower);
  }

  private move(toMs: number): void {
    this.nowMs += toMs - this.elapsedMs;
    this.elapsedMs = toMs;
  }

  private nextDue(limitMs: number): { dueMs: number; follower: ClockFollower } | undefined {
    return this.followers
      .map((follower) => ({ dueMs: follower.nextDueMs(), follower }))
      .filter((f): f is { dueMs: number; follower: ClockFollower } => f.dueMs !== undefined && f.dueMs <= limitMs)
      .sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** Something that wants to be woken when a `ManualClock` passes a monotonic time. */
export interface ClockFollower {
  nextDueMs(): number | undefined;
  /** Called with the clock standing at `nextDueMs()`; must remove what was due. */
  fire(): void;
}
