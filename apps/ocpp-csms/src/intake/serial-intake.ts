import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { Logger } from '@ampline/platform-telemetry';
import type { CallFrame } from '@ampline/protocol-ocpp';
import { archived, type MessageArchive } from '../messages/message-archive.js';
import { tellStations } from '../stations/station-state.js';
import { answerFrame, type Answer } from './answer.js';
import { CallWork } from './call-work.js';
import { intakeErrors } from './errors.js';
import { lockStation } from './locked-station.js';
import { findingKeyOf } from './kept-calls.js';
import type { StationCall } from './station-call.js';

export interface SerialCall {
  call: StationCall;
  frame: CallFrame;
  deviations: readonly string[];
  handle: (work: CallWork) => Promise<Answer>;
}

/** Calls that decide something: one database transaction each, one after the other per station. */
export class SerialIntake {
  constructor(
    private readonly db: Database,
    private readonly archive: MessageArchive,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * The answer, once everything it rests on has been committed. A call that was taken in before, here or by another replica, gets
   * the answer that was given. Throws `database.*`, `csms.intake.station-gone`, and whatever the handler throws.
   */
  take({ call, frame, deviations, handle }: SerialCall): Promise<Answer> {
    return this.db.asWorker(async (tx) => {
      const station = await lockStation(tx, call.stationId);
      if (station === undefined) throw intakeErrors.stationGone({ stationId: call.stationId });
      if (station.tenantId !== call.tenantId) throw intakeErrors.badCall({ stationId: call.stationId, header: 'tenant' });
      const given = await this.archive.answerOf(tx, call);
      if (given !== undefined) return given;
      const now = this.clock.now();
      const work = new CallWork(tx, call, station, this.outbox, now, this.logger);
      const answer = await handle(work);
      if (frame.action === 'StartTransaction') await work.workList.settleFailure(findingKeyOf(frame));
      if (work.stationChanged) await tellStations(tx, this.outbox, [station.stationId], now);
      await this.archive.write(tx, [archived(call, answer, answerFrame(frame, answer), deviations, now)]);
      return answer;
    });
  }
}
