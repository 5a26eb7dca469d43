import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { CommandOutcome, CommandSchema, type Command } from '@ampline/contracts';

/** Outcome as the column has it. */
export type Outcome =
  'queued' | 'pending' | 'answered' | 'refused-by-station' | 'station-offline' | 'timeout' | 'not-sent' | 'expired' | 'cancelled';

/** A row of `command`, as {@link COMMAND_COLUMNS} select it. */
export interface CommandRow {
  command_id: string;
  tenant_id: string;
  /** Slug. */
  tenant: string;
  station_id: string;
  /** Of the station. */
  identity: string;
  action: string;
  payload: Record<string, unknown>;
  outcome: Outcome;
  response: unknown;
  error_code: string | null;
  error_description: string | null;
  requested_by: string;
  requested_at: Date;
  completed_at: Date | null;
  deadline: Date;
  /** Until when it waits for its station; null: sent at once or not at all. */
  queue_until: Date | null;
  version: bigint;
}

/** Columns of {@link CommandRow}, of the table `command`, also for RETURNING. */
export const COMMAND_COLUMNS = `command_id, tenant_id, (SELECT slug FROM tenant WHERE tenant.tenant_id = command.tenant_id) AS tenant,
  station_id, (SELECT identity FROM charging_station WHERE charging_station.station_id = command.station_id) AS identity, action, payload,
  outcome, response, error_code, error_description, requested_by, requested_at, completed_at, deadline, queue_until, version`;

const OUTCOME: Record<Outcome, CommandOutcome> = {
  queued: CommandOutcome.QUEUED,
  pending: CommandOutcome.PENDING,
  answered: CommandOutcome.ANSWERED,
  'refused-by-station': CommandOutcome.REFUSED_BY_STATION,
  'station-offline': CommandOutcome.STATION_OFFLINE,
  timeout: CommandOutcome.TIMEOUT,
  'not-sent': CommandOutcome.NOT_SENT,
  expired: CommandOutcome.EXPIRED,
  cancelled: CommandOutcome.CANCELLED,
};

export function commandMessage(row: CommandRow): Command {
  return create(CommandSchema, {
    commandId: row.command_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    action: row.action,
    payloadJson: JSON.stringify(row.payload),
    outcome: OUTCOME[row.outcome],
    responseJson: row.response === null ? '' : JSON.stringify(row.response),
    errorCode: row.error_code ?? '',
    errorDescription: row.error_description ?? '',
    requestedBy: row.requested_by,
    requestedAt: timestampFromDate(row.requested_at),
    ...(row.completed_at && { completedAt: timestampFromDate(row.completed_at) }),
    ...(row.queue_until && { queueUntil: timestampFromDate(row.queue_until) }),
  });
}
