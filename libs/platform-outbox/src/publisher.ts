import { context } from '@opentelemetry/api';
import { AppError } from '@ampline/kernel-errors';
import { subjectToken } from '@ampline/kernel-ids';
import type { Bus, Headers, Reply } from '@ampline/platform-nats';
import { contextOf } from '@ampline/platform-telemetry';
import { outboxErrors } from './errors.js';
import { FactHeader } from './fact.js';
import type { Ack, OutboxRow } from './outbox-rows.js';

const PUBLISH_TIMEOUT_MS = 5_000;
/** The others would fail like this one. */
const AWAY = new Set(['bus.no-responders', 'bus.timeout', 'bus.disconnected', 'bus.forbidden']);

/** How a batch went: what the stream acknowledged, and why it stopped or what it refused. */
export interface Published {
  acks: Ack[];
  /** Sequences that are new, without those of rows the stream already had. */
  newSeqs: number[];
  failure: AppError | undefined;
}

/** Publishes rows to the stream with many acknowledgements outstanding. */
export class Publisher {
  constructor(
    private readonly bus: Bus,
    private readonly stream: string,
    /** Publishes that wait for their acknowledgement at once. */
    private readonly window: number,
  ) {}

  /**
   * Begins rows in their order; begins no more once `mayGoOn` says no, or the bus or the stream is away. `firstSeq` is where the stream
   * begins: a duplicate of an earlier message is refused, because the stream remembers the ids of messages that were purged.
   */
  async publish(rows: OutboxRow[], firstSeq: number, mayGoOn: () => boolean): Promise<Published> {
    const published: Published = { acks: [], newSeqs: [], failure: undefined };
    const pending = rows.values();
    let away = false;
    const lane = async (): Promise<void> => {
      for (const row of pending) {
        if (away || !mayGoOn()) return;
        const outcome = await this.publishOne(row, firstSeq);
        if (outcome instanceof AppError) {
          published.failure ??= outcome;
          away ||= AWAY.has(outcome.code);
        } else {
          published.acks.push({ row, seq: outcome.seq });
          if (!outcome.duplicate) published.newSeqs.push(outcome.seq);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.window, rows.length) }, lane));
    return published;
  }

  private async publishOne(row: OutboxRow, firstSeq: number): Promise<{ seq: number; duplicate: boolean } | AppError> {
    try {
      const sent = () => this.bus.request(row.subject, row.payload, { timeoutMs: PUBLISH_TIMEOUT_MS, headers: this.headers(row) });
      const ack = readAck(await context.with(contextOf(row.traceparent ?? undefined), sent));
      const held = !ack.error && ack.seq !== undefined && (!ack.duplicate || ack.seq >= firstSeq);
      return held
        ? { seq: ack.seq as number, duplicate: ack.duplicate ?? false }
        : outboxErrors.publishRefused({ subject: row.subject, ...ack });
    } catch (error) {
      return AppError.is(error) ? error : outboxErrors.publishRefused({ subject: row.subject }, error);
    }
  }

  private headers(row: OutboxRow): Headers {
    return {
      [FactHeader.id]: row.id,
      [FactHeader.expectedStream]: this.stream,
      [FactHeader.occurredAt]: row.occurredAt.toISOString(),
      [FactHeader.tenantId]: row.tenantId,
      [FactHeader.version]: row.version,
      [FactHeader.key]: subjectToken(row.key),
    };
  }
}

interface PubAck {
  seq?: number;
  duplicate?: boolean;
  error?: { code: number; err_code?: number; description?: string };
}

function readAck(reply: Reply): PubAck {
  return JSON.parse(reply.body) as PubAck;
}
