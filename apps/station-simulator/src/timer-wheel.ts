import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';

interface Task {
  run: () => void;
  slot: number;
  cleared: boolean;
}

const TICK_MS = 20;

/**
 * Timers of thousands of stations on one interval of the platform, to the next 20 ms. Never early.
 * After the process was frozen, everything that became due meanwhile fires in order.
 */
export class TimerWheel implements Timers {
  private readonly slots = new Map<number, Task[]>();
  private readonly beginMs: number;
  private turned = 0;
  private pending = 0;
  private interval: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {
    this.beginMs = clock.monotonicMs();
  }

  setTimeout(run: () => void, ms: number): TimerHandle {
    const slot = Math.max(this.turned + 1, Math.ceil((this.clock.monotonicMs() - this.beginMs + Math.max(0, ms)) / TICK_MS));
    const task: Task = { run, slot, cleared: false };
    const tasks = this.slots.get(slot);
    if (tasks === undefined) this.slots.set(slot, [task]);
    else tasks.push(task);
    this.pending += 1;
    this.interval ??= setInterval(() => this.turn(), TICK_MS);
    return { timer: task };
  }

  clear(handle: TimerHandle): void {
    const task = handle.timer as Task;
    if (task.cleared) return;
    task.cleared = true;
    this.pending -= 1;
  }

  private turn(): void {
    const now = Math.floor((this.clock.monotonicMs() - this.beginMs) / TICK_MS);
    while (this.turned < now) {
      this.turned += 1;
      const tasks = this.slots.get(this.turned);
      if (tasks === undefined) continue;
      this.slots.delete(this.turned);
      for (const task of tasks) this.fire(task);
    }
    if (this.pending > 0) return;
    clearInterval(this.interval);
    this.interval = undefined;
    this.slots.clear();
  }

  private fire(task: Task): void {
    if (task.cleared) return;
    task.cleared = true;
    this.pending -= 1;
    task.run();
  }
}
