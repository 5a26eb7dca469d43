import { FirmwareUpdateSchema, FirmwareUpdateState, type FirmwareUpdate } from '@ampline/contracts';
import type { Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CampaignPlan } from './domain/campaign.js';
import type { Update, UpdateReason, UpdateRules, UpdateState } from './domain/update.js';

/** A row of `firmware_update`, as {@link UPDATE_COLUMNS} select it. */
export interface UpdateRow {
  campaign_id: string;
  station_id: string;
  tenant_id: string;
  stage: number;
  state: UpdateState;
  reason: string | null;
  attempt: number;
  sending: number;
  request_number: number | null;
  told_status: string | null;
  sent_at: Date | null;
  state_since: Date;
  due_at: Date | null;
  boot_seen_at: Date | null;
  from_version: string | null;
}

/** Over the alias `u`. */
export const UPDATE_COLUMNS = `u.campaign_id, u.station_id, u.tenant_id, u.stage, u.state, u.reason, u.attempt, u.sending, u.request_number,
  u.told_status, u.sent_at, u.state_since, u.due_at, u.boot_seen_at, u.from_version`;

/** What the rules of an update are made of: over the aliases `c` of its campaign and `i` of the image. */
export const RULE_COLUMNS = `c.plan, c.state AS campaign_state, i.version AS image_version`;

export interface RuleRow {
  plan: CampaignPlan;
  campaign_state: string;
  image_version: string;
}

export function updateOf(row: UpdateRow): Update {
  return {
    state: row.state,
    reason: row.reason as UpdateReason | null,
    attempt: row.attempt,
    sending: row.sending,
    requestNumber: row.request_number,
    toldStatus: row.told_status,
    sentAt: row.sent_at,
    stateSince: row.state_since,
    dueAt: row.due_at,
    bootSeenAt: row.boot_seen_at,
  };
}

export function rulesOf({ plan, campaign_state: state, image_version: version }: RuleRow): UpdateRules {
  return {
    version,
    attempts: plan.attempts,
    retryDelayMs: plan.retryDelayS * 1_000,
    downloadTimeoutMs: plan.downloadTimeoutS * 1_000,
    installTimeoutMs: plan.installTimeoutS * 1_000,
    ended: state === 'aborted',
  };
}

/** The row has to be locked. */
export async function storeUpdate(tx: Tx, { campaign_id: campaignId, station_id: stationId }: UpdateRow, update: Update): Promise<void> {
  await tx.query(
    `UPDATE firmware_update SET state = $3, reason = $4, attempt = $5, request_number = $6, told_status = $7, sent_at = $8,
       state_since = $9, due_at = $10, boot_seen_at = $11
     WHERE campaign_id = $1 AND station_id = $2`,
    [
      ...[campaignId, stationId, update.state, update.reason, update.attempt, update.requestNumber, update.toldStatus, update.sentAt],
      ...[update.stateSince, update.dueAt, update.bootSeenAt],
    ],
  );
}

export const UPDATE_STATE: Record<UpdateState, FirmwareUpdateState> = {
  queued: FirmwareUpdateState.QUEUED,
  sending: FirmwareUpdateState.SENDING,
  accepted: FirmwareUpdateState.ACCEPTED,
  downloading: FirmwareUpdateState.DOWNLOADING,
  downloaded: FirmwareUpdateState.DOWNLOADED,
  installing: FirmwareUpdateState.INSTALLING,
  installed: FirmwareUpdateState.INSTALLED,
  verified: FirmwareUpdateState.VERIFIED,
  failed: FirmwareUpdateState.FAILED,
  skipped: FirmwareUpdateState.SKIPPED,
};

export function updateMessage(row: UpdateRow & { identity: string; firmware_version: string | null }): FirmwareUpdate {
  return create(FirmwareUpdateSchema, {
    stationId: row.station_id,
    stationIdentity: row.identity,
    stage: row.stage,
    state: UPDATE_STATE[row.state],
    reason: row.reason ?? '',
    attempt: row.attempt,
    toldStatus: row.told_status ?? '',
    stateSince: timestampFromDate(row.state_since),
    fromVersion: row.from_version ?? '',
    firmwareVersion: row.firmware_version ?? '',
  });
}
