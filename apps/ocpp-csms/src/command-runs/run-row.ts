import {
  CommandRunSchema,
  CommandRunState,
  CommandRunStationSchema,
  CommandSkipReason,
  type CommandRun,
  type CommandRunStation,
} from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { commandMessage, type CommandRow } from '../commands/command-row.js';
import type { SkipReason } from './turn.js';

export type RunState = 'running' | 'stopped' | 'ended';

/** A row of `command_run`, as {@link RUN_COLUMNS} select it. */
export interface RunRow {
  run_id: string;
  tenant_id: string;
  action: string;
  payload: Record<string, unknown>;
  selection: unknown;
  state: RunState;
  concurrency: number;
  timeout_ms: number;
  queue_until: Date | null;
  requested_by: string;
  requested_at: Date;
  ended_at: Date | null;
}

/** Columns of {@link RunRow}, of the table `command_run`, also for RETURNING. */
export const RUN_COLUMNS = `run_id, tenant_id, action, payload, selection, state, concurrency, timeout_ms, queue_until, requested_by,
  requested_at, ended_at`;

/** Stations of a run by what became of them. */
export interface RunCounts {
  stations: number;
  open: number;
  queued: number;
  accepted: number;
  refused: number;
  failed: number;
  skipped: number;
}

/** A station of a run. */
export interface RunStationRow {
  station_id: string;
  identity: string;
  reason: SkipReason | null;
  command: CommandRow | undefined;
}

const STATE: Record<RunState, CommandRunState> = {
  running: CommandRunState.RUNNING,
  stopped: CommandRunState.STOPPED,
  ended: CommandRunState.ENDED,
};

export const SKIP_REASON: Record<SkipReason, CommandSkipReason> = {
  offline: CommandSkipReason.OFFLINE,
  pending: CommandSkipReason.PENDING,
  rejected: CommandSkipReason.REJECTED,
  'action-unknown': CommandSkipReason.ACTION_UNKNOWN,
  stopped: CommandSkipReason.STOPPED,
};

export function runMessage(row: RunRow, counts: RunCounts): CommandRun {
  return create(CommandRunSchema, {
    runId: row.run_id,
    action: row.action,
    payloadJson: JSON.stringify(row.payload),
    state: STATE[row.state],
    concurrency: row.concurrency,
    ...(row.queue_until && { queueUntil: timestampFromDate(row.queue_until) }),
    requestedBy: row.requested_by,
    requestedAt: timestampFromDate(row.requested_at),
    ...(row.ended_at && { endedAt: timestampFromDate(row.ended_at) }),
    counts,
  });
}

export function runStationMessage({ station_id: stationId, identity, reason, command }: RunStationRow): CommandRunStation {
  return create(CommandRunStationSchema, {
    stationId,
    stationIdentity: identity,
    ...(reason && { skipReason: SKIP_REASON[reason] }),
    ...(command && { command: commandMessage(command) }),
  });
}
