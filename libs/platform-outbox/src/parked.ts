import { AppError } from '@ampline/kernel-errors';
import type { Database } from '@ampline/platform-postgres';
import type { Logger } from '@ampline/platform-telemetry';
import { parseFactSubject, type FactHandler, type ReceivedFact } from './fact.js';
import type { Inbox, ParkedEntry } from './inbox.js';

/** What is kept with a parked fact: enough to know where to look, and nothing of its content. */
export function describeFailure(error: unknown): string {
  if (AppError.is(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : typeof error;
}

/** Gives parked facts to their handlers again. */
export class ParkedFacts {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly handlers: ReadonlyMap<string, FactHandler>,
    private readonly logger: Logger,
  ) {}

  /**
   * Replays all chains, or the chain of one fact, in the order of their versions. A chain ends at the fact that fails again.
   * Returns how many facts were applied.
   */
  async replay(id?: string): Promise<number> {
    let replayed = 0;
    for (const chain of await this.inbox.parkedChains(id)) replayed += await this.replayChain(chain);
    return replayed;
  }

  list(): Promise<ParkedEntry[]> {
    return this.inbox.parked();
  }

  /** Leaves a fact out for good: what waits behind it can be replayed. False when no fact of that id is parked. */
  async skip(id: string): Promise<boolean> {
    const skipped = await this.inbox.skip(id);
    if (skipped) this.logger.warn('fact.skipped', { factId: id });
    return skipped;
  }

  private async replayChain(chain: string): Promise<number> {
    for (let replayed = 0; ; replayed++) {
      const outcome = await this.replayNext(chain);
      if (outcome === 'end') return replayed;
      if (outcome !== 'applied') {
        this.logger.error('fact.parked-again', { factId: outcome.id, subject: outcome.subject }, outcome.error);
        await this.inbox.markFailedAgain(outcome.id, describeFailure(outcome.error));
        return replayed;
      }
    }
  }

  private async replayNext(chain: string): Promise<'applied' | 'end' | { id: string; subject: string; error: unknown }> {
    let fact: ReceivedFact | undefined;
    try {
      return await this.database.asWorker(async (tx) => {
        const row = await this.inbox.nextParked(tx, chain);
        const parts = row && parseFactSubject(row.subject);
        if (!row || !parts) return 'end';
        fact = { ...row, ...parts, version: BigInt(row.version), traceparent: row.traceparent ?? undefined };
        await this.handlers.get(parts.name)?.apply(tx, fact);
        await this.inbox.markReplayed(tx, row.id);
        return 'applied';
      });
    } catch (error) {
      // Without a fact the database failed, which is for the caller; with one it was the handler.
      if (!fact || isAway(error)) throw error;
      return { id: fact.id, subject: fact.subject, error };
    }
  }
}

/** The database is away: says nothing about the fact. */
export function isAway(error: unknown): boolean {
  return AppError.is(error) && error.kind === 'unavailable' && error.code.startsWith('database.');
}
