import type { OcppErrorCode, Ocpp16Action, ReceivedRequest, ResponseOf } from '@ampline/protocol-ocpp';
import type { Outbox } from '@ampline/platform-outbox';
import type { Logger } from '@ampline/platform-telemetry';
import type { Tx } from '@ampline/platform-postgres';
import { PgWorkList } from '../issues/pg-work-list.js';
import type { LockedStation } from './locked-station.js';
import type { StationCall } from './station-call.js';

/** A call in work: one database transaction, with the station's row locked. */
export class CallWork {
  /** Set by whoever changed what the station's facts tell: the fact is written at the end. */
  stationChanged = false;

  constructor(
    readonly tx: Tx,
    readonly call: StationCall,
    readonly station: LockedStation,
    readonly outbox: Outbox,
    /** Our time, at which the call is taken in. */
    readonly now: Date,
    private readonly logger: Logger,
  ) {}

  /** One line about what was decided, once it is committed. No id tokens. */
  log(event: string, fields: Record<string, unknown>): void {
    const { tx, call, logger } = this;
    tx.onCommit(() => logger.info(event, { tenant: call.tenant, station: call.station, callId: call.callId, ...fields }));
  }

  /** Where what cannot be taken at face value goes. */
  get workList(): PgWorkList {
    return new PgWorkList(this.tx, this.call, this.outbox, this.now);
  }
}

/** A request that its schema allows and that still cannot be taken: answered with a CALLERROR, kept, nothing else changes. */
export class Refusal {
  constructor(
    readonly code: OcppErrorCode,
    /** Names fields, never their values. */
    readonly description: string,
  ) {}
}

/** Takes in one kind of call. Whatever it does is in the transaction of `work`; it may be run again after a deadlock. */
export type Handler<A extends Ocpp16Action> = (work: CallWork, request: ReceivedRequest<A>) => Promise<ResponseOf<A> | Refusal>;

const LARGEST_INTEGER = 2 ** 31 - 1;

/** The nearest value that an `integer` column holds: numbers of connectors and reservations beyond it are nonsense anyway. */
export function integerColumn(value: number): number {
  return Math.max(-LARGEST_INTEGER, Math.min(LARGEST_INTEGER, Math.trunc(value)));
}
