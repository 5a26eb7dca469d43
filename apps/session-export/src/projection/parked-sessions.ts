import type { FactConsumer } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';

/** Facts of sessions that could not be applied. */
export class ParkedSessions {
  constructor(
    private readonly database: Database,
    private readonly consumer: FactConsumer,
  ) {}

  /** Applies parked facts again: all, or those of the session of one fact. Returns how many were, and how many are parked still. */
  async replay(factId: string | undefined): Promise<{ replayed: number; parked: number }> {
    const replayed = await this.consumer.replayParked(factId);
    const [row] = await this.database.query<{ parked: number }>(
      `SELECT count(*)::int AS parked FROM parked_fact WHERE state <> 'replayed'`,
    );
    return { replayed, parked: row?.parked ?? 0 };
  }
}
