import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { reservationChanged, ReservationStateSchema, ReservationStatus as StatusValue, type ReservationState } from '@ampline/contracts';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import type { ReservationStatus } from './domain/consumption.js';

/** A row of `reservation`, as {@link RESERVATION_COLUMNS} select it. */
export interface ReservationRow {
  reservation_id: string;
  tenant_id: string;
  /** Slug. */
  tenant: string;
  station_id: string;
  /** Of the station. */
  identity: string;
  site_id: string;
  ocpp_id: number;
  /** 0: any EVSE of the station. */
  evse_number: number;
  id_token: string;
  id_token_id: string;
  group_token: string | null;
  status: ReservationStatus;
  reason: string;
  requested_by: string;
  requested_at: Date;
  expires_at: Date;
  ended_at: Date | null;
  transaction_id: string | null;
  sends: number;
  version: bigint;
}

/** Columns of {@link ReservationRow}, of the table `reservation`, also for RETURNING. */
export const RESERVATION_COLUMNS = `reservation_id, tenant_id,
  (SELECT slug FROM tenant WHERE tenant.tenant_id = reservation.tenant_id) AS tenant, station_id,
  (SELECT identity FROM charging_station s WHERE s.station_id = reservation.station_id) AS identity,
  (SELECT site_id FROM charging_station s JOIN location USING (location_id) WHERE s.station_id = reservation.station_id) AS site_id,
  ocpp_id, evse_number, id_token, id_token_id, group_token, status, reason, requested_by, requested_at, expires_at, ended_at,
  transaction_id, sends, version`;

export const STATUS: Record<ReservationStatus, StatusValue> = {
  requested: StatusValue.REQUESTED,
  active: StatusValue.ACTIVE,
  used: StatusValue.USED,
  cancelled: StatusValue.CANCELLED,
  expired: StatusValue.EXPIRED,
  refused: StatusValue.REFUSED,
  broken: StatusValue.BROKEN,
};

export function reservationState(row: ReservationRow): ReservationState {
  return create(ReservationStateSchema, {
    reservationId: row.reservation_id,
    version: row.version,
    tenantId: row.tenant_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    siteId: row.site_id,
    evseNumber: row.evse_number,
    idToken: row.id_token,
    idTokenId: row.id_token_id,
    groupToken: row.group_token ?? '',
    status: STATUS[row.status],
    reason: row.reason,
    ocppId: row.ocpp_id,
    requestedAt: timestampFromDate(row.requested_at),
    expiresAt: timestampFromDate(row.expires_at),
    ...(row.ended_at && { endedAt: timestampFromDate(row.ended_at) }),
    sessionId: row.transaction_id ?? '',
    requestedBy: row.requested_by,
  });
}

/** Tells reservations that have just been stored with a new version. */
export async function tellReservations(tx: Tx, outbox: Outbox, rows: readonly ReservationRow[], occurredAt: Date): Promise<void> {
  const facts = rows.map((row) => ({
    type: reservationChanged,
    tenantId: row.tenant_id,
    tenant: row.tenant,
    key: row.reservation_id,
    version: row.version,
    occurredAt,
    payload: reservationState(row) as MessageInitShape<typeof ReservationStateSchema>,
  }));
  await outbox.write(tx, ...facts);
}
