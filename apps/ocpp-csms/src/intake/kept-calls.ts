import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { CallFrame } from '@ampline/protocol-ocpp';
import { PgWorkList } from '../issues/pg-work-list.js';
import type { Reason } from '../issues/reasons.js';
import { archived, type MessageArchive } from '../messages/message-archive.js';
import { answerFrame, type Answer } from './answer.js';
import { payloadDigest } from './payload-digest.js';
import type { StationCall } from './station-call.js';

/** A call that was not taken in, and what is kept of it. */
export interface KeptCall {
  call: StationCall;
  frame: CallFrame;
  deviations: readonly string[];
  /** Absent: not answered yet, so that a retry is worked on like a new call. */
  answer?: Answer;
  /** Puts it into the work list. */
  issue?: { reason: Reason; detail: Record<string, unknown> };
}

/** Stores what could not be taken in: nothing that a station says is lost. */
export class KeptCalls {
  constructor(
    private readonly db: Database,
    private readonly archive: MessageArchive,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  keep({ call, frame, deviations, answer, issue }: KeptCall): Promise<void> {
    return this.db.asWorker(async (tx) => {
      const now = this.clock.now();
      if (answer !== undefined) await this.archive.write(tx, [archived(call, answer, answerFrame(frame, answer), deviations, now)]);
      if (issue === undefined) return;
      await new PgWorkList(tx, call, this.outbox, now).raise({ ...issue, findingKey: findingKeyOf(frame) });
    });
  }
}

/** The same message under another message id is the same finding. */
export function findingKeyOf(frame: CallFrame): string {
  return payloadDigest(frame.action, frame.payload).toString('hex');
}
