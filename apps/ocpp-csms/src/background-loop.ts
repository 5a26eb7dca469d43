import { AppError } from '@ampline/kernel-errors';
import type { Timers } from '@ampline/kernel-time';
import type { Telemetry } from '@ampline/platform-telemetry';
import { pauseUntil } from './pause.js';

export interface LoopOptions {
  /** For the log. */
  name: string;
  everyMs: number;
  timers: Timers;
  telemetry: Telemetry;
  /** @returns `more` when the next round is to follow at once */
  round: () => Promise<'more' | void>;
}

/** One round after the other until it is stopped. A round that fails is logged, unless the database is away, and the next one comes. */
export class BackgroundLoop {
  private readonly end = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: LoopOptions) {}

  /** True once it is being stopped: a long round ends where it can be gone on with. */
  get stopping(): boolean {
    return this.end.signal.aborted;
  }

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the round that is under way is done. */
  async stop(): Promise<void> {
    this.end.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { everyMs, timers } = this.options;
    while (!this.stopping) if ((await this.once()) !== 'more') await pauseUntil(timers, everyMs, this.end.signal);
  }

  private async once(): Promise<'more' | void> {
    const { name, round, telemetry } = this.options;
    try {
      return await round();
    } catch (error) {
      if (!AppError.is(error) || error.kind !== 'unavailable') telemetry.logger.error(`${name}.round-failed`, {}, error);
    }
  }
}
