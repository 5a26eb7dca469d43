import type { Clock } from '@ampline/kernel-time';
import type { CallFrame, Ocpp16Action, ReceivedRequest } from '@ampline/protocol-ocpp';
import type { GroupCommit } from '../metering/group-commit.js';
import type { BatchItem } from '../metering/meter-batch.js';
import { archived } from '../messages/message-archive.js';
import { answerFrame, EMPTY_ANSWER, type Answer } from './answer.js';
import { payloadDigest } from './payload-digest.js';
import type { StationCall } from './station-call.js';

/** A call that passed its schema. */
export interface ValidCall<A extends Ocpp16Action> {
  call: StationCall;
  frame: CallFrame;
  request: ReceivedRequest<A>;
  deviations: readonly string[];
}

/**
 * Calls that change nothing but what they add: they share their commit with those of other stations, and are answered after it. A
 * station has one call in flight, so its calls stay in order.
 */
export class BatchIntake {
  constructor(
    private readonly writer: GroupCommit<BatchItem>,
    private readonly clock: Clock,
  ) {}

  /** OCPP 1.6 §4.7. Repeated messages are answered like the first. */
  readonly meterValues = async ({ call, frame, request, deviations }: ValidCall<'MeterValues'>): Promise<Answer> => {
    const meter = { call, request, fingerprint: payloadDigest('MeterValues', frame.payload) };
    await this.writer.add({ archived: this.archived(call, frame, EMPTY_ANSWER, deviations), meter });
    return EMPTY_ANSWER;
  };

  /** OCPP 1.6 §4.6. */
  readonly heartbeat = async ({ call, frame, deviations }: ValidCall<'Heartbeat'>): Promise<Answer> => {
    const answer: Answer = { kind: 'result', payload: JSON.stringify({ currentTime: this.clock.now().toISOString() }) };
    await this.writer.add({ archived: this.archived(call, frame, answer, deviations) });
    return answer;
  };

  private archived(call: StationCall, frame: CallFrame, answer: Answer, deviations: readonly string[]): BatchItem['archived'] {
    return archived(call, answer, answerFrame(frame, answer), deviations, this.clock.now());
  }
}
