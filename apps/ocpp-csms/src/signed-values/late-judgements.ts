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
import { PgStationTransactions } from '../transactions/adapters/pg-station-transactions.js';
import type { ChargingTransaction } from '../transactions/domain/transaction.js';
import { PgSignedValues } from './adapters/pg-signed-values.js';

const LEASE = 'signed-values';
const AT_ONCE = 100;
const ABOUT_SIGNATURES = ['signed-values-wrong', 'signed-values-unverified'] as const;

const DUE = `SELECT transaction_id, station_id FROM ocpp_transaction WHERE signed_due_at <= $1 ORDER BY signed_due_at LIMIT ${AT_ONCE}`;
const STILL_DUE = `SELECT 1 FROM ocpp_transaction WHERE transaction_id = $1 AND signed_due_at IS NOT NULL AND state <> 'active'`;
const NO_LONGER_DUE = 'UPDATE ocpp_transaction SET signed_due_at = NULL WHERE transaction_id = $1';

/** Judges sessions again whose signed values, or the keys for them, came after their end. One replica does it at a time. */
export class LateJudgements {
  constructor(
    private readonly parts: { db: Database; outbox: Outbox; lease: Lease; clock: Clock },
    private readonly lookEveryMs: number,
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
      const judged = await this.look(epoch);
      if (judged < AT_ONCE) await pause(this.lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(epoch: bigint): Promise<number> {
    const { db, clock } = this.parts;
    const due = await db.query<{ transaction_id: TransactionId; station_id: string }>(DUE, [clock.now()]);
    for (const { transaction_id: transactionId, station_id: stationId } of due) {
      try {
        await db.asWorker((tx) => this.judge(tx, transactionId, stationId, epoch));
      } catch (e) {
        if (AppError.is(e)) throw e;
        // It stays due behind the others, and holds none of them up.
        this.telemetry.logger.error('signed-values.not-judged', { transactionId, stationId }, e);
        await db.query('UPDATE ocpp_transaction SET signed_due_at = now() + interval $$10 min$$ WHERE transaction_id = $1', [
          transactionId,
        ]);
      }
    }
    return due.length;
  }

  private async judge(tx: Tx, transactionId: TransactionId, stationId: string, epoch: bigint): Promise<void> {
    await assertFence(tx, LEASE, epoch);
    const station = await lockStation(tx, stationId);
    if (station === undefined) return;
    if (!(await tx.one(STILL_DUE, [transactionId]))) return;
    const now = this.parts.clock.now();
    const transactions = new PgStationTransactions(tx, station, this.parts.outbox, now);
    const transaction = await transactions.byId(transactionId);
    if (transaction?.end === undefined) return;
    const finding = await new PgSignedValues(tx).judge(transaction, transaction.energyWh, transaction.end.at);
    await tx.query(NO_LONGER_DUE, [transactionId]);
    const workList = new PgWorkList(tx, noMessage(station, transaction, now), this.parts.outbox, now);
    await workList.settle(
      transactionId,
      ABOUT_SIGNATURES.filter((reason) => reason !== finding?.doubt),
    );
    const others = transaction.doubts.filter((doubt) => !(ABOUT_SIGNATURES as readonly string[]).includes(doubt));
    const isNews = finding?.inWorkList ? await workList.raise({ ...finding, reason: finding.doubt, transactionId }) : true;
    // What a person has accepted is not doubted again.
    const doubts = finding !== undefined && (isNews || transaction.doubts.includes(finding.doubt)) ? [...others, finding.doubt] : others;
    await transactions.judged(transactionId, doubts);
    tx.onCommit(() => this.telemetry.logger.info('signed-values.judged-late', { transactionId, stationId, doubt: finding?.doubt }));
  }
}

/** The issue is about the session, and not about one message. */
function noMessage({ tenantId, stationId }: LockedStation, { transactionId }: ChargingTransaction, now: Date) {
  return { callId: transactionId as string as CallId, receivedAt: now, tenantId, stationId: stationId as StationId, frame: '' };
}

/** The lease under which {@link LateJudgements} works. */
export function lateJudgementsLease(db: Database, holder: string, telemetry: Telemetry): Lease {
  return new Lease(db, LEASE, { ttlMs: 6_000, holder }, telemetry);
}
