import type { Timers } from '@ampline/kernel-time';
import type { Telemetry } from '@ampline/platform-telemetry';
import { BackgroundLoop } from './background-loop.js';
import type { BackgroundPart } from './background-part.js';

/** Rows that are due, of which each replica takes some. */
export interface DueWork<R> {
  /** For the log. */
  readonly name: string;
  /** Comes before each look at what is due. */
  prepare?(): Promise<void>;
  /** Takes at most so many rows, and puts them off so that no other replica takes them; they come up again when this one dies. */
  claim(limit: number): Promise<R[]>;
  /** Ends with the row no longer due, or due again later. */
  carryOut(row: R): Promise<void>;
  /** Names a row in the log. */
  about?(row: R): object;
}

export interface DuePace {
  /** Rows that one replica carries out at once. */
  inFlight: number;
  lookEveryMs: number;
}

/** Carries out what is due, so many rows at once. What fails comes up again when its claim has run out. */
export class DueLoop<R> implements BackgroundPart {
  private readonly working = new Set<Promise<void>>();
  private readonly loop: BackgroundLoop;

  constructor(
    private readonly work: DueWork<R>,
    private readonly pace: DuePace,
    timers: Timers,
    private readonly telemetry: Telemetry,
  ) {
    this.loop = new BackgroundLoop({ name: work.name, everyMs: pace.lookEveryMs, timers, telemetry, round: () => this.round() });
  }

  start(): void {
    this.loop.start();
  }

  /** Resolves when what was begun is through. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await Promise.all(this.working);
  }

  private async round(): Promise<void> {
    await this.work.prepare?.();
    const free = this.pace.inFlight - this.working.size;
    if (free > 0) for (const row of await this.work.claim(free)) this.take(row);
  }

  private take(row: R): void {
    const work = this.work
      .carryOut(row)
      .catch((error: unknown) => this.telemetry.logger.warn(`${this.work.name}.postponed`, this.work.about?.(row), error))
      .finally(() => this.working.delete(work));
    this.working.add(work);
  }
}
