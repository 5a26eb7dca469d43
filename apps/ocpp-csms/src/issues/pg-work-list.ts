import { uuidv7, type TransactionId } from '@ampline/kernel-ids';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { isJsonObject, parseFrame } from '@ampline/protocol-ocpp';
import type { StationCall } from '../intake/station-call.js';
import { storable } from '../messages/message-archive.js';
import { WorkList, type Finding } from '../transactions/application/ports.js';
import type { ChargingTransaction } from '../transactions/domain/transaction.js';
import { ISSUE_COLUMNS, ISSUE_JOINS, tellIssues, type IssueRow } from './issue-row.js';
import { REASONS, type Reason } from './reasons.js';

/** The message that an issue is about. */
export type MessageInQuestion = Pick<StationCall, 'callId' | 'receivedAt' | 'tenantId' | 'stationId' | 'frame'>;

const RAISE = `
  WITH i AS (
    INSERT INTO intake_issue (issue_id, tenant_id, station_id, transaction_id, reason, finding_key, explanation, detail, frame,
                              message_uuid, message_received_at, raised_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (station_id, reason, finding_key) DO NOTHING RETURNING *)
  SELECT ${ISSUE_COLUMNS} FROM i ${ISSUE_JOINS}`;
const SETTLE = `
  WITH i AS (
    UPDATE intake_issue SET status = 'resolved', resolved_at = $3, resolved_by = 'intake', resolution = 'settled-by-later-message',
                            version = version + 1
     WHERE transaction_id = $1 AND reason = ANY($2) AND status = 'open' RETURNING *)
  SELECT ${ISSUE_COLUMNS} FROM i ${ISSUE_JOINS}`;
const SETTLE_FAILURE = `
  WITH i AS (
    UPDATE intake_issue SET status = 'resolved', resolved_at = $3, resolved_by = 'intake', resolution = 'settled-by-retry',
                            version = version + 1
     WHERE station_id = $1 AND reason = 'intake-failed' AND finding_key = $2 AND status = 'open' RETURNING *)
  SELECT ${ISSUE_COLUMNS} FROM i ${ISSUE_JOINS}`;
const ORPHANED_STOPS = `
  SELECT issue_id, frame, detail FROM intake_issue
   WHERE station_id = $1 AND status = 'open' AND reason IN ('stop-unknown-transaction', 'stop-foreign-transaction')
   ORDER BY raised_at DESC LIMIT 100`;
const SUGGEST = `
  WITH i AS (
    UPDATE intake_issue SET transaction_id = coalesce(transaction_id, $2), detail = $3, version = version + 1 WHERE issue_id = $1 RETURNING *)
  SELECT ${ISSUE_COLUMNS} FROM i ${ISSUE_JOINS}`;

/** The work list, in the database transaction that is open. */
export class PgWorkList extends WorkList {
  constructor(
    private readonly tx: Tx,
    private readonly message: MessageInQuestion,
    private readonly outbox: Outbox,
    private readonly now: Date,
  ) {
    super();
  }

  async raise({ reason, findingKey, transactionId, detail }: Finding): Promise<boolean> {
    const { callId, receivedAt, tenantId, stationId, frame } = this.message;
    const raised = await this.tx.query<IssueRow>(RAISE, [
      uuidv7(),
      tenantId,
      stationId,
      transactionId ?? null,
      reason,
      findingKey,
      REASONS[reason].explanation,
      JSON.stringify(detail ?? {}),
      storable(frame),
      callId,
      receivedAt,
      this.now,
    ]);
    await tellIssues(this.tx, this.outbox, raised, this.now);
    return raised.length > 0;
  }

  async settle(transactionId: TransactionId, reasons: readonly Reason[]): Promise<void> {
    const settled = await this.tx.query<IssueRow>(SETTLE, [transactionId, reasons, this.now]);
    await tellIssues(this.tx, this.outbox, settled, this.now);
  }

  /** A message that failed before has been taken in now. */
  async settleFailure(findingKey: string): Promise<void> {
    const settled = await this.tx.prepared<IssueRow>(SETTLE_FAILURE, [this.message.stationId, findingKey, this.now]);
    await tellIssues(this.tx, this.outbox, settled, this.now);
  }

  async suggestBegin(transaction: ChargingTransaction): Promise<void> {
    const stops = await this.tx.prepared<OrphanedStop>(ORPHANED_STOPS, [transaction.stationId]);
    for (const stop of stops.filter((orphan) => mayEnd(orphan, transaction))) {
      const candidates = [...candidatesOf(stop), transaction.transactionId];
      const detail = JSON.stringify({ ...stop.detail, candidates });
      const changed = await this.tx.query<IssueRow>(SUGGEST, [stop.issue_id, transaction.transactionId, detail]);
      await tellIssues(this.tx, this.outbox, changed, this.now);
    }
  }
}

interface OrphanedStop {
  issue_id: string;
  frame: string;
  detail: Record<string, unknown>;
}

/** Whether the stop can be the end of the transaction: register not below, time not before, and no other id token. */
function mayEnd(stop: OrphanedStop, transaction: ChargingTransaction): boolean {
  const { meterStopWh, endedAt } = stop.detail;
  const idToken = idTagOf(stop.frame);
  return (
    typeof meterStopWh === 'string' &&
    BigInt(meterStopWh) >= transaction.meterStartWh &&
    typeof endedAt === 'string' &&
    new Date(endedAt) >= transaction.started.at &&
    (idToken === undefined || idToken.toLowerCase() === transaction.idToken.toLowerCase())
  );
}

function candidatesOf(stop: OrphanedStop): unknown[] {
  return Array.isArray(stop.detail['candidates']) ? stop.detail['candidates'] : [];
}

function idTagOf(frame: string): string | undefined {
  const parsed = parseFrame(frame);
  const idTag = parsed.kind === 'call' && isJsonObject(parsed.payload) ? parsed.payload['idTag'] : undefined;
  return typeof idTag === 'string' ? idTag : undefined;
}
