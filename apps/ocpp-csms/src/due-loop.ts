import { AppError } from '@ampline/kernel-errors';
import type { Timers } from '@ampline/kernel-time';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { BackgroundPart } from './background-part.js';
import { pauseUntil } from './pause.js';

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
  private readonly stopping = new AbortController();
  private readonly working = new Set<Promise<void>>();
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: DueWork<R>,
    private readonly pace: DuePace,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    this.looking = this.look();
  }

  /** Resolves when what was begun is through. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.working);
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.work.prepare?.();
        const free = this.pace.inFlight - this.working.size;
        if (free > 0) for (const row of await this.work.claim(free)) this.take(row);
      } catch (error) {
        if (!AppError.is(error) || error.kind !== 'unavailable') this.telemetry.logger.error(`${this.work.name}.round-failed`, {}, error);
      }
      await pauseUntil(this.timers, this.pace.lookEveryMs, signal);
    }
  }

  private take(row: R): void {
    const work = this.work
      .carryOut(row)
      .catch((error: unknown) => this.telemetry.logger.warn(`${this.work.name}.postponed`, this.work.about?.(row), error))
      .finally(() => this.working.delete(work));
    this.working.add(work);
  }
}
