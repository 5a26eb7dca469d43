import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { intakeIssueChanged, IntakeIssueStateSchema, IntakeIssueStatus, type IntakeIssueState } from '@ampline/contracts';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import type { Reason } from './reasons.js';

/** A row of `intake_issue` as {@link ISSUE_COLUMNS} select it, over {@link ISSUE_TABLES}. */
export interface IssueRow {
  issue_id: string;
  tenant_id: string;
  /** Slug. */
  tenant: string;
  station_id: string;
  identity: string;
  transaction_id: string | null;
  reason: Reason;
  explanation: string;
  detail: Record<string, unknown>;
  frame: string;
  message_received_at: Date;
  status: 'open' | 'resolved';
  raised_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  resolution: string | null;
  version: bigint;
}

export const ISSUE_COLUMNS = `i.issue_id, i.tenant_id, t.slug AS tenant, i.station_id, s.identity, i.transaction_id, i.reason, i.explanation,
  i.detail, i.frame, i.message_received_at, i.status, i.raised_at, i.resolved_at, i.resolved_by, i.resolution, i.version`;

/** To be put behind a relation with the columns of `intake_issue` and the alias `i`. */
export const ISSUE_JOINS = 'JOIN charging_station s ON s.station_id = i.station_id JOIN tenant t ON t.tenant_id = i.tenant_id';

const STATUS: Record<IssueRow['status'], IntakeIssueStatus> = {
  open: IntakeIssueStatus.OPEN,
  resolved: IntakeIssueStatus.RESOLVED,
};

export function issueState(row: IssueRow): IntakeIssueState {
  return create(IntakeIssueStateSchema, {
    issueId: row.issue_id,
    version: row.version,
    tenantId: row.tenant_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    sessionId: row.transaction_id ?? '',
    reason: row.reason,
    status: STATUS[row.status],
    raisedAt: timestampFromDate(row.raised_at),
    ...(row.resolved_at !== null && { resolvedAt: timestampFromDate(row.resolved_at) }),
    resolvedBy: row.resolved_by ?? '',
    resolution: row.resolution ?? '',
  });
}

/** Writes the facts of issues that were raised or have changed. */
export async function tellIssues(tx: Tx, outbox: Outbox, rows: readonly IssueRow[], occurredAt: Date): Promise<void> {
  const facts = rows.map((row) => ({
    type: intakeIssueChanged,
    tenantId: row.tenant_id,
    tenant: row.tenant,
    key: row.issue_id,
    version: row.version,
    occurredAt,
    payload: issueState(row) as MessageInitShape<typeof IntakeIssueStateSchema>,
  }));
  await outbox.write(tx, ...facts);
}
