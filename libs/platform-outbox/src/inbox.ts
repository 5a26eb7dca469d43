import type { Database, Tx } from '@ampline/platform-postgres';
import type { ReceivedFact } from './fact.js';

/** Inbox rows outlive outbox rows (30 days) by seven days: whatever can still be published again is still known here. */
export const INBOX_RETENTION_DAYS = 37;
const PRUNE_BATCH = 10_000;

/** A parked fact, as it is handed to its handler again. */
export interface ParkedFact extends Pick<
  ReceivedFact,
  'id' | 'tenantId' | 'chain' | 'subject' | 'key' | 'version' | 'occurredAt' | 'payload'
> {
  traceparent: string | undefined;
  tries: number;
}

/** A parked fact, as an operator sees it: what it is and why, nothing of its content. */
export interface ParkedEntry extends Pick<ReceivedFact, 'id' | 'tenantId' | 'subject' | 'version' | 'occurredAt'> {
  /** `poison`: failed too often. `waiting`: of the same entity, behind one that did. */
  state: 'poison' | 'waiting';
  tries: number;
  /** Code and message of the last failure. */
  error: string | undefined;
  parkedAt: Date;
}

/** The statements of a consumer. Runs as worker. */
export class Inbox {
  constructor(
    private readonly database: Database,
    /** `<service>/<context>`. */
    private readonly consumer: string,
  ) {}

  /**
   * Takes facts in and returns the ids of those that were not here before. Sorted, so that two replicas with the same facts wait for each
   * other instead of deadlocking.
   */
  async take(tx: Tx, ids: string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      `INSERT INTO inbox (consumer, event_id) SELECT $1, id FROM unnest($2::uuid[]) AS f (id)
       ON CONFLICT DO NOTHING RETURNING event_id AS id`,
      [this.consumer, [...new Set(ids)].sort()],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Those of the chains in which something is parked. Locks what it finds against a replay that would end the parking meanwhile. */
  async heldChains(tx: Tx, chains: string[]): Promise<Set<string>> {
    const rows = await tx.query<{ chain: string }>(
      `SELECT chain FROM parked_fact WHERE consumer = $1 AND chain = ANY($2) AND state <> 'replayed' FOR SHARE`,
      [this.consumer, [...new Set(chains)]],
    );
    return new Set(rows.map((row) => row.chain));
  }

  async park(tx: Tx, fact: ReceivedFact, o: { state: 'poison' | 'waiting'; tries: number; error?: string }): Promise<void> {
    await tx.query(
      `INSERT INTO parked_fact (consumer, event_id, tenant_id, chain, subject, key, version, occurred_at, payload, traceparent,
         state, tries, error)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
      [
        this.consumer,
        fact.id,
        fact.tenantId,
        fact.chain,
        fact.subject,
        fact.key,
        fact.version.toString(),
        fact.occurredAt,
        fact.payload,
        fact.traceparent ?? null,
        o.state,
        o.tries,
        o.error ?? null,
      ],
    );
  }

  /** Chains with parked facts; with an id the chain of that fact. */
  async parkedChains(id?: string): Promise<string[]> {
    const rows = await this.database.query<{ chain: string }>(
      `SELECT DISTINCT chain FROM parked_fact WHERE consumer = $1 AND state <> 'replayed' AND ($2::uuid IS NULL OR event_id = $2)`,
      [this.consumer, id ?? null],
    );
    return rows.map((row) => row.chain);
  }

  /** The parked fact of a chain with the lowest version, locked. */
  nextParked(tx: Tx, chain: string): Promise<(Omit<ParkedFact, 'version'> & { version: string }) | undefined> {
    return tx.one(
      `SELECT event_id AS id, tenant_id AS "tenantId", chain, subject, key, version::text AS version, occurred_at AS "occurredAt",
         payload, traceparent, tries
       FROM parked_fact WHERE consumer = $1 AND chain = $2 AND state <> 'replayed' ORDER BY version, event_id LIMIT 1 FOR UPDATE`,
      [this.consumer, chain],
    );
  }

  async markReplayed(tx: Tx, id: string): Promise<void> {
    await tx.query(`UPDATE parked_fact SET state = 'replayed', replayed_at = now(), error = NULL WHERE consumer = $1 AND event_id = $2`, [
      this.consumer,
      id,
    ]);
  }

  async markFailedAgain(id: string, error: string): Promise<void> {
    await this.database.query(
      `UPDATE parked_fact SET state = 'poison', tries = tries + 1, error = $3 WHERE consumer = $1 AND event_id = $2 AND state <> 'replayed'`,
      [this.consumer, id, error],
    );
  }

  /** What is parked, chain by chain in the order in which it would be applied. */
  async parked(): Promise<ParkedEntry[]> {
    const rows = await this.database.query<Omit<ParkedEntry, 'version' | 'error'> & { version: string; error: string | null }>(
      `SELECT event_id AS id, tenant_id AS "tenantId", subject, version::text AS version, occurred_at AS "occurredAt", state, tries, error,
         parked_at AS "parkedAt"
       FROM parked_fact WHERE consumer = $1 AND state <> 'replayed' ORDER BY chain, version, event_id`,
      [this.consumer],
    );
    return rows.map((row) => ({ ...row, version: BigInt(row.version), error: row.error ?? undefined }));
  }

  /** Leaves a parked fact out for good; the row stays, and says so. False when nothing of that id is parked. */
  async skip(id: string): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE parked_fact SET state = 'replayed', replayed_at = now(), error = 'skipped' WHERE consumer = $1 AND event_id = $2
       AND state <> 'replayed' RETURNING 1`,
      [this.consumer, id],
    );
    return rows.length > 0;
  }

  async parkedCounts(): Promise<{ poison: number; waiting: number }> {
    const [row] = await this.database.query<{ poison: number; waiting: number }>(
      `SELECT (count(*) FILTER (WHERE state = 'poison'))::int AS poison, (count(*) FILTER (WHERE state = 'waiting'))::int AS waiting
       FROM parked_fact WHERE consumer = $1 AND state <> 'replayed'`,
      [this.consumer],
    );
    return row ?? { poison: 0, waiting: 0 };
  }

  /** Forgets what can not come again. Returns how many inbox rows it removed. */
  async prune(): Promise<number> {
    await this.database.query(
      `DELETE FROM parked_fact WHERE consumer = $1 AND state = 'replayed' AND replayed_at < now() - make_interval(days => $2)`,
      [this.consumer, INBOX_RETENTION_DAYS],
    );
    for (let pruned = 0; ;) {
      const rows = await this.database.query(
        `DELETE FROM inbox WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM inbox WHERE received_at < now() - make_interval(days => $2) AND consumer = $1 LIMIT $3)) RETURNING 1`,
        [this.consumer, INBOX_RETENTION_DAYS, PRUNE_BATCH],
      );
      pruned += rows.length;
      if (rows.length < PRUNE_BATCH) return pruned;
    }
  }
}
