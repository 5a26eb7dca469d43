import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@ampline/kernel-errors';
import type { CallId, StationId, TransactionId } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { lockStation, type LockedStation } from '../intake/locked-station.js';
import { PgWorkList } from '../issues/pg-work-list.js';
import { PgStationTransactions } from './adapters/pg-station-transactions.js';
import { endWithoutStop } from './application/take-start.js';

export interface MissingStopOptions {
  /** How long the connector has to be free, or busy with another transaction, milliseconds. */
  graceMs: number;
  lookEveryMs: number;
}

const LEASE = 'missing-stops';
const AT_ONCE = 200;

/** Running by our books, while the connector says that it is free since then, or has begun another. */
const OVERDUE = `
  SELECT t.transaction_id, t.station_id FROM ocpp_transaction t
   WHERE t.state = 'active' AND t.started_received_at < $1::timestamptz AND (
     EXISTS (SELECT 1 FROM evse e JOIN connector c ON c.evse_id = e.evse_id AND c.number = 1
              WHERE e.station_id = t.station_id AND e.number = t.connector_number
                AND c.status = 'Available' AND c.status_at > t.started_at AND c.status_at < $1::timestamptz)
     OR EXISTS (SELECT 1 FROM ocpp_transaction n
                 WHERE n.station_id = t.station_id AND n.connector_number = t.connector_number
                   AND n.started_at > t.started_at AND n.started_received_at < $1::timestamptz))`;
const FIND = `${OVERDUE} ORDER BY t.transaction_id LIMIT ${AT_ONCE}`;
const STILL = `${OVERDUE} AND t.transaction_id = $2`;

/** Ends sessions whose stop never came. A stop that comes later corrects them. One replica does it at a time. */
export class MissingStops {
  constructor(
    private readonly parts: { db: Database; outbox: Outbox; lease: Lease; clock: Clock },
    private readonly options: MissingStopOptions,
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    this.parts.lease.run((signal, epoch) => this.watch(signal, epoch));
  }

  stop(): Promise<void> {
    return this.parts.lease.stop();
  }

  private async watch(signal: AbortSignal, epoch: bigint): Promise<void> {
    while (!signal.aborted) {
      const ended = await this.look(epoch);
      if (ended < AT_ONCE) await pause(this.options.lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(epoch: bigint): Promise<number> {
    const { db } = this.parts;
    const overdue = await db.query<{ transaction_id: TransactionId; station_id: string }>(FIND, [this.before()]);
    const failures: unknown[] = [];
    for (const { transaction_id: transactionId, station_id: stationId } of overdue) {
      try {
        await db.asWorker((tx) => this.end(tx, transactionId, stationId, epoch));
      } catch (e) {
        // Without the database or the lease none can be ended; one that cannot be ended does not hold up the others.
        if (AppError.is(e)) throw e;
        failures.push(e);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} sessions without a stop could not be ended`);
    return overdue.length;
  }

  private async end(tx: Tx, transactionId: TransactionId, stationId: string, epoch: bigint): Promise<void> {
    await assertFence(tx, LEASE, epoch);
    const station = await lockStation(tx, stationId);
    const still = await tx.query(STILL, [this.before(), transactionId]);
    if (station === undefined || still.length === 0) return;
    const now = this.parts.clock.now();
    const transactions = new PgStationTransactions(tx, station, this.parts.outbox, now);
    const transaction = (await transactions.active()).find((active) => active.transactionId === transactionId);
    if (transaction === undefined) return;
    await endWithoutStop(transaction, transactions, new PgWorkList(tx, noMessage(station, transactionId, now), this.parts.outbox, now));
    tx.onCommit(() => this.telemetry.logger.info('session.ended-without-stop', { transactionId, stationId }));
  }

  private before(): Date {
    return new Date(this.parts.clock.now().getTime() - this.options.graceMs);
  }
}

/** The issue is about the absence of a message. */
function noMessage({ tenantId, stationId }: LockedStation, transactionId: TransactionId, now: Date) {
  return { callId: transactionId as string as CallId, receivedAt: now, tenantId, stationId: stationId as StationId, frame: '' };
}

/** The lease under which {@link MissingStops} works. */
export function missingStopsLease(db: Database, holder: string, telemetry: Telemetry): Lease {
  return new Lease(db, LEASE, { ttlMs: 6_000, holder }, telemetry);
}
