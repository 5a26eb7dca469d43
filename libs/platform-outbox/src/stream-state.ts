import { assertFence } from '@ampline/platform-lease';
import type { Database } from '@ampline/platform-postgres';

/** What the relay knew of the stream when it last looked. */
export interface StreamState {
  incarnation: number;
  created: string;
  server: string;
  lastSeq: number;
  settledSeq: number;
  candidateSeq: number;
  candidateAt: Date;
  /** Progress through the rows of earlier incarnations; undefined when all have been published again. */
  republishAfter: { at: string; id: string } | undefined;
}

/** The lease under which a relay writes. */
export interface Fence {
  lease: string;
  epoch: bigint;
}

interface Row extends Omit<StreamState, 'republishAfter'> {
  republishAt: string | null;
  republishId: string | null;
}

/** The one row of `outbox_stream_state`. */
export class StreamStates {
  constructor(
    private readonly database: Database,
    private readonly stream: string,
  ) {}

  async load(): Promise<StreamState | undefined> {
    const [row] = await this.database.query<Row>(
      `SELECT incarnation, stream_created AS created, server, last_seq::float8 AS "lastSeq", settled_seq::float8 AS "settledSeq",
         candidate_seq::float8 AS "candidateSeq", candidate_at AS "candidateAt",
         republish_after_at::text AS "republishAt", republish_after_id AS "republishId"
       FROM outbox_stream_state WHERE stream = $1`,
      [this.stream],
    );
    if (!row) return undefined;
    const { republishAt, republishId, ...state } = row;
    return { ...state, republishAfter: republishAt && republishId ? { at: republishAt, id: republishId } : undefined };
  }

  /** Throws `lease.lost` when another relay has taken over. */
  async save(state: StreamState, fence: Fence): Promise<void> {
    await this.database.asWorker(async (tx) => {
      await assertFence(tx, fence.lease, fence.epoch);
      await tx.query(
        `INSERT INTO outbox_stream_state (stream, incarnation, stream_created, server, last_seq, settled_seq, candidate_seq,
           candidate_at, republish_after_at, republish_after_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10::uuid)
         ON CONFLICT (stream) DO UPDATE SET incarnation = excluded.incarnation, stream_created = excluded.stream_created,
           server = excluded.server, last_seq = excluded.last_seq, settled_seq = excluded.settled_seq,
           candidate_seq = excluded.candidate_seq, candidate_at = excluded.candidate_at,
           republish_after_at = excluded.republish_after_at, republish_after_id = excluded.republish_after_id`,
        [
          this.stream,
          state.incarnation,
          state.created,
          state.server,
          state.lastSeq,
          state.settledSeq,
          state.candidateSeq,
          state.candidateAt,
          state.republishAfter?.at ?? null,
          state.republishAfter?.id ?? null,
        ],
      );
    });
  }
}
