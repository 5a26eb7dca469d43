import type { Database, Tx } from '@ampline/platform-postgres';

/** A row of the outbox as the relay reads it. `createdAt` is text: a Date would lose the microseconds that are part of the key. */
export interface OutboxRow {
  id: string;
  createdAt: string;
  tenantId: string;
  subject: string;
  key: string;
  version: string;
  occurredAt: Date;
  payload: string;
  traceparent: string | null;
}

/** Where the stream put a row. */
export interface Ack {
  row: OutboxRow;
  seq: number;
}

const COLUMNS = `id, created_at::text AS "createdAt", tenant_id AS "tenantId", subject, key,
  version::text AS version,
  occurred_at AS "occurredAt", payload, traceparent`;

/**
 * Published rows leave dead entries in the index until the next vacuum. An index scan steps over them once and marks them; a bitmap scan,
 * which the planner likes for a table that it knows nothing of yet, fetches them all again at each look.
 */
const IN_ORDER = 'SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off';

/** The statements of the relay. Runs as worker. */
export class OutboxRows {
  constructor(
    private readonly database: Database,
    private readonly stream: string,
  ) {}

  /** The oldest unpublished rows. Whatever committed late is found by its mark, not by its place. */
  unpublished(limit: number): Promise<OutboxRow[]> {
    return this.database.asWorker(async (tx) => {
      await tx.query(IN_ORDER);
      return tx.query<OutboxRow>(`SELECT ${COLUMNS} FROM outbox WHERE published_at IS NULL ORDER BY outbox.created_at, id LIMIT $1`, [
        limit,
      ]);
    });
  }

  /** Rows that were published to an earlier incarnation of the stream and not to this one, after a key. */
  ofEarlierIncarnations(incarnation: number, after: { at: string; id: string }, limit: number): Promise<OutboxRow[]> {
    return this.database.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox
       WHERE published_at IS NOT NULL AND incarnation < $1
         AND outbox.created_at >= $2::timestamptz AND (outbox.created_at, id) > ($2::timestamptz, $3::uuid)
       ORDER BY outbox.created_at, id LIMIT $4`,
      [incarnation, after.at, after.id, limit],
    );
  }

  /** Published rows that were made in [from, to), after a key. */
  publishedBetween(from: Date, to: Date, after: { at: string; id: string }, limit: number): Promise<OutboxRow[]> {
    return this.database.query<OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox
       WHERE published_at IS NOT NULL AND outbox.created_at >= $1 AND outbox.created_at < $2
         AND (outbox.created_at, id) > ($3::timestamptz, $4::uuid)
       ORDER BY outbox.created_at, id LIMIT $5`,
      [from, to, after.at, after.id, limit],
    );
  }

  /**
   * Marks rows of a page as published to the present incarnation of the stream. The page's bounds let the planner leave out the
   * partitions of other days.
   */
  async markPublished(tx: Tx, acks: Ack[], page: OutboxRow[]): Promise<void> {
    await tx.query(
      `UPDATE outbox o SET published_at = clock_timestamp(), stream_seq = k.seq, incarnation = state.incarnation
       FROM outbox_stream_state state, unnest($1::timestamptz[], $2::uuid[], $3::bigint[]) AS k (created_at, id, seq)
       WHERE state.stream = $4 AND o.created_at = k.created_at AND o.id = k.id AND o.created_at BETWEEN $5::timestamptz AND $6::timestamptz`,
      [
        acks.map((a) => a.row.createdAt),
        acks.map((a) => a.row.id),
        acks.map((a) => a.seq),
        this.stream,
        page[0]?.createdAt,
        page.at(-1)?.createdAt,
      ],
    );
  }

  /** Keys and sequences of the rows that are marked as published between two sequences of an incarnation. */
  markedBetween(
    incarnation: number,
    fromSeq: number,
    toSeq: number | undefined,
  ): Promise<{ id: string; createdAt: string; seq: number }[]> {
    return this.database.query(
      `SELECT id, created_at::text AS "createdAt", stream_seq::float8 AS seq FROM outbox
       WHERE stream_seq >= $1 AND ($2::bigint IS NULL OR stream_seq <= $2) AND incarnation = $3`,
      [fromSeq, toSeq ?? null, incarnation],
    );
  }

  /** The stream does not hold these: they are to be published like new ones. */
  async unmark(rows: { id: string; createdAt: string }[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.query(
      `UPDATE outbox o SET published_at = NULL, stream_seq = NULL, incarnation = NULL
       FROM unnest($1::timestamptz[], $2::uuid[]) AS k (created_at, id)
       WHERE o.created_at = k.created_at AND o.id = k.id
         AND o.created_at BETWEEN (SELECT min(t) FROM unnest($1::timestamptz[]) t) AND (SELECT max(t) FROM unnest($1::timestamptz[]) t)`,
      [rows.map((r) => r.createdAt), rows.map((r) => r.id)],
    );
  }

  /** Whether anything that must still be in the stream was published to this incarnation of it. */
  async holdsLive(incarnation: number, retentionDays: number): Promise<boolean> {
    const [row] = await this.database.query<{ found: boolean }>(
      `SELECT EXISTS (
         SELECT 1 FROM outbox WHERE incarnation = $1 AND stream_seq IS NOT NULL AND created_at > now() - make_interval(days => $2)
       ) AS found`,
      [incarnation, retentionDays - 1],
    );
    return row?.found ?? false;
  }

  /** Unpublished rows (counted up to 10,000) and the age of the oldest, seconds. */
  async lag(): Promise<{ rows: number; seconds: number }> {
    const [row] = await this.database.query<{ rows: number; seconds: number }>(
      `SELECT count(*)::int AS rows, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS seconds
       FROM (SELECT created_at FROM outbox WHERE published_at IS NULL ORDER BY created_at, id LIMIT 10000) AS waiting`,
    );
    return row ?? { rows: 0, seconds: 0 };
  }
}
