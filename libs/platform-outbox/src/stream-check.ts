import type { Bus } from '@ampline/platform-nats';
import type { Logger } from '@ampline/platform-telemetry';
import type { OutboxRows } from './outbox-rows.js';
import type { Fence, StreamState, StreamStates } from './stream-state.js';
import { RETENTION_DAYS, type FactStream, type StreamSight } from './stream.js';

const ZERO_ID = '00000000-0000-0000-0000-000000000000';
const DAY_MS = 86_400_000;

/** What is known of the stream, and where it begins at present. */
export interface CheckedStream extends StreamState {
  firstSeq: number;
}

export interface StreamCheckParts {
  bus: Bus;
  stream: FactStream;
  rows: OutboxRows;
  states: StreamStates;
  logger: Logger;
  /**
   * How long after it was acknowledged a message counts as written to disk, ms. nats-server flushes its files every two minutes
   * (`sync_interval`): twice that and a bit.
   */
  settleMs: number;
}

/**
 * Compares the stream with the outbox, and marks for publication what the stream lacks. An acknowledgement is not an fsync, and a
 * stream can be emptied, so the outbox alone is believed.
 */
export class StreamCheck {
  constructor(private readonly parts: StreamCheckParts) {}

  /**
   * Declares the stream and looks at it.
   * - It is another stream than before, or it was emptied: a new incarnation; everything an earlier one held is published again.
   * - Its server restarted, or its last sequence went back: messages since the last settled one are compared one by one, and consumers that
   *   are ahead of the stream are sent back.
   */
  async run(fence: Fence): Promise<CheckedStream> {
    const { bus, stream, states } = this.parts;
    const seen = await stream.declare();
    const server = `${bus.serverId ?? ''}/${seen.leader}`;
    const known = await states.load();
    const next = !known
      ? firstState(seen, server)
      : known.created !== seen.created || (await this.wasEmptied(known, seen))
        ? this.nextIncarnation(known, seen, server)
        : await this.sameStream(known, seen, server);
    await states.save(next, fence);
    return { ...next, firstSeq: seen.firstSeq };
  }

  private nextIncarnation(known: StreamState, seen: StreamSight, server: string): StreamState {
    const incarnation = known.incarnation + 1;
    this.parts.logger.warn('outbox.stream-replaced', { stream: this.parts.stream.name, incarnation, lastSeq: known.lastSeq });
    const from = new Date(Date.now() - RETENTION_DAYS * DAY_MS).toISOString();
    return { ...firstState(seen, server), incarnation, republishAfter: { at: from, id: ZERO_ID } };
  }

  private async sameStream(known: StreamState, seen: StreamSight, server: string): Promise<StreamState> {
    if (known.server !== server || seen.lastSeq < known.lastSeq) {
      await this.verifyTail(known, seen);
      const rewound = await this.parts.stream.rewindConsumers(seen.lastSeq);
      if (rewound.length > 0) this.parts.logger.warn('outbox.consumers-rewound', { stream: this.parts.stream.name, consumers: rewound });
    }
    const next = { ...known, server, lastSeq: seen.lastSeq, settledSeq: Math.min(known.settledSeq, seen.lastSeq) };
    if (seen.lastSeq < known.candidateSeq) return { ...next, candidateSeq: seen.lastSeq, candidateAt: new Date() };
    if (Date.now() - known.candidateAt.getTime() < this.parts.settleMs) return next;
    return { ...next, settledSeq: known.candidateSeq, candidateSeq: seen.lastSeq, candidateAt: new Date() };
  }

  /** A purge leaves an empty stream whose sequences go on; one that has merely aged has nothing young behind it either. */
  private async wasEmptied(known: StreamState, seen: StreamSight): Promise<boolean> {
    return seen.messages === 0 && seen.lastSeq > 0 && (await this.parts.rows.holdsLive(known.incarnation, RETENTION_DAYS));
  }

  /** Each row that is marked as published after the settled sequence must be in the stream under its own id. */
  private async verifyTail(known: StreamState, seen: StreamSight): Promise<void> {
    const { stream, logger } = this.parts;
    let from = Math.min(known.settledSeq, seen.lastSeq) + 1;
    let lacking = 0;
    for await (const page of stream.ids(from, seen.lastSeq)) {
      const to = Math.max(...page.keys());
      lacking += await this.unmarkUnless(known.incarnation, { from, to }, page);
      from = to + 1;
    }
    lacking += await this.unmarkUnless(known.incarnation, { from, to: undefined }, new Map());
    logger[lacking > 0 ? 'warn' : 'info']('outbox.stream-verified', { stream: stream.name, lastSeq: seen.lastSeq, lacking });
  }

  private async unmarkUnless(
    incarnation: number,
    range: { from: number; to: number | undefined },
    ids: Map<number, string>,
  ): Promise<number> {
    const marked = await this.parts.rows.markedBetween(incarnation, range.from, range.to);
    const lacking = marked.filter((row) => ids.get(row.seq) !== row.id);
    await this.parts.rows.unmark(lacking);
    return lacking.length;
  }
}

function firstState(seen: StreamSight, server: string): StreamState {
  return {
    incarnation: 1,
    created: seen.created,
    server,
    lastSeq: seen.lastSeq,
    settledSeq: 0,
    candidateSeq: seen.lastSeq,
    candidateAt: new Date(),
    republishAfter: undefined,
  };
}
