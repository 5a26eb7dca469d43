import type { CallId, StationId, TenantId } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { lockStation, type LockedStation } from '../intake/locked-station.js';
import { PgStationTransactions } from '../transactions/adapters/pg-station-transactions.js';
import { issueErrors } from './errors.js';
import { ISSUE_COLUMNS, ISSUE_JOINS, tellIssues, type IssueRow } from './issue-row.js';
import { PgWorkList } from './pg-work-list.js';
import { mayResolve, REASONS } from './reasons.js';
import { attachStop, closeSession, createSession, type ResolutionWork } from './resolutions.js';

/** What a person decided. */
export type Decision =
  | { resolution: 'accept' | 'dismiss' }
  | { resolution: 'attach-stop'; sessionId: string }
  | { resolution: 'close-session'; meterStopWh: bigint }
  | { resolution: 'create-session'; meterStartWh: bigint; evseNumber: number };

export interface ResolveRequest {
  tenantId: string;
  issueId: string;
  decision: Decision;
  note: string;
  /** Who decided. */
  caller: Caller;
}

const FIND = `SELECT ${ISSUE_COLUMNS}, i.message_uuid FROM intake_issue i ${ISSUE_JOINS} WHERE i.tenant_id = $1 AND i.issue_id = $2`;
const RESOLVE = `
  WITH i AS (
    UPDATE intake_issue SET status = 'resolved', resolved_at = $2, resolved_by = $3, resolution = $4, note = $5,
           transaction_id = coalesce($6, transaction_id), version = version + 1
     WHERE issue_id = $1 RETURNING *)
  SELECT ${ISSUE_COLUMNS}, i.message_uuid FROM i ${ISSUE_JOINS}`;

export type QuestionedRow = IssueRow & { message_uuid: string };

/** Carries out what a person decided on an issue: in one database transaction, with the rights of the tenant. */
export class IssueResolution {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  /** Throws `csms.intake-issue.*`. */
  resolve(request: ResolveRequest): Promise<IssueRow> {
    return this.db.asTenant(request.tenantId, async (tx) => {
      const found = await this.find(tx, request);
      const station = await lockStation(tx, found.station_id);
      if (station === undefined) throw issueErrors.unknown({ issueId: request.issueId });
      // Read again: whoever held the row may have resolved it.
      const issue = await this.find(tx, request);
      if (issue.status === 'resolved') throw issueErrors.resolvedAlready({ issueId: issue.issue_id });
      const { resolution } = request.decision;
      if (!mayResolve(issue.reason, resolution)) {
        throw issueErrors.resolutionUnfit({ reason: issue.reason, resolution, allowed: REASONS[issue.reason].resolutions });
      }
      return this.carryOut(tx, station, issue, request);
    });
  }

  private async carryOut(tx: Tx, station: LockedStation, issue: QuestionedRow, request: ResolveRequest): Promise<IssueRow> {
    const { decision, note, caller } = request;
    const by = caller.subject;
    const now = this.clock.now();
    const message = {
      callId: issue.message_uuid as CallId,
      receivedAt: issue.message_received_at,
      tenantId: issue.tenant_id as TenantId,
      stationId: issue.station_id as StationId,
      frame: issue.frame,
    };
    const transactions = new PgStationTransactions(tx, station, this.outbox, now);
    const workList = new PgWorkList(tx, message, this.outbox, now);
    const work: ResolutionWork = { tx, station, issue, transactions, workList, outbox: this.outbox, now };
    const sessionId = await decided(work, decision);
    const rows = await tx.query<IssueRow>(RESOLVE, [issue.issue_id, now, by, decision.resolution, note, sessionId ?? null]);
    await tellIssues(tx, this.outbox, rows, now);
    if (issue.transaction_id !== null && 'doubt' in REASONS[issue.reason])
      await transactions.clearDoubt(issue.transaction_id, issue.reason);
    await this.record(tx, caller, rows[0] as IssueRow);
    const fields = { issueId: issue.issue_id, reason: issue.reason, resolution: decision.resolution, by, sessionId };
    tx.onCommit(() => this.telemetry.logger.info('audit.intake-issue-resolved', fields));
    return rows[0] as IssueRow;
  }

  private async record(tx: Tx, caller: Caller, row: IssueRow): Promise<void> {
    const { issue_id: id, tenant_id: tenantId, tenant, reason, resolution, identity: station, transaction_id: sessionId } = row;
    const entity = { type: 'intake-issue', id, name: reason };
    await this.audit.record(tx, {
      caller,
      tenantId,
      tenant,
      action: 'intake-issue.resolved',
      entity,
      detail: { resolution, station, sessionId },
    });
  }

  private async find(tx: Tx, { tenantId, issueId }: ResolveRequest): Promise<QuestionedRow> {
    const issue = await tx.one<QuestionedRow>(FIND, [tenantId, issueId]);
    if (issue === undefined) throw issueErrors.unknown({ issueId });
    return issue;
  }
}

/** Answers the session that the issue is about from now on. */
async function decided(work: ResolutionWork, decision: Decision): Promise<string | undefined> {
  switch (decision.resolution) {
    case 'accept':
    case 'dismiss':
      return undefined;
    case 'attach-stop':
      return attachStop(work, decision.sessionId);
    case 'close-session':
      return closeSession(work, decision.meterStopWh);
    case 'create-session':
      return createSession(work, decision);
  }
}
