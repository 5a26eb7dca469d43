import type { CallWork } from '../intake/call-work.js';
import type { ChargingTransaction, ToldStart } from '../transactions/domain/transaction.js';
import { consumptionOf, type ReservationStatus } from './domain/consumption.js';
import { RESERVATION_COLUMNS, tellReservations, type ReservationRow } from './reservation-row.js';

/** Of a locked station; a start that waited in the station's queue can concern one that is over. */
const CONCERNED = `
  SELECT ${RESERVATION_COLUMNS} FROM reservation
   WHERE station_id = $1 AND (ocpp_id = $2 OR expires_at > $3::timestamptz - interval '2 minutes')
   ORDER BY ocpp_id FOR UPDATE OF reservation`;
const END = `
  UPDATE reservation SET status = $2, reason = $3, ended_at = $4, transaction_id = $5, due_at = NULL, version = version + 1
   WHERE reservation_id = $1 RETURNING ${RESERVATION_COLUMNS}`;

/** What a session that has just been recorded means for the reservations of its station. In the transaction of the start. */
export async function noteStart(work: CallWork, transaction: ChargingTransaction, told: ToldStart): Promise<void> {
  const { tx, station, outbox, now } = work;
  const startedAt = transaction.started.at;
  const rows = await tx.prepared<ReservationRow>(CONCERNED, [station.stationId, told.reservationId ?? null, startedAt]);
  if (rows.length === 0) return;
  const session = {
    evseNumber: told.connectorNumber,
    idToken: told.idToken,
    ...(transaction.groupToken !== undefined && { groupToken: transaction.groupToken }),
    ...(told.reservationId !== undefined && { reservationOcppId: told.reservationId }),
    startedAt,
  };
  const { used, broken } = consumptionOf(session, rows.map(heldReservation));
  const end = async (reservationId: string, status: ReservationStatus, reason: string): Promise<void> => {
    const ended = await tx.query<ReservationRow>(END, [reservationId, status, reason, startedAt, transaction.transactionId]);
    await tellReservations(tx, outbox, ended, now);
    work.log(`reservation.${status}`, { reservationId, sessionId: transaction.transactionId });
  };
  if (used) await end(used.reservationId, 'used', '');
  for (const { reservationId } of broken) await end(reservationId, 'broken', 'other-id-token');
}

function heldReservation(row: ReservationRow) {
  return {
    reservationId: row.reservation_id,
    ocppId: row.ocpp_id,
    evseNumber: row.evse_number,
    idToken: row.id_token,
    ...(row.group_token !== null && { groupToken: row.group_token }),
    status: row.status,
    requestedAt: row.requested_at,
    until: row.status === 'cancelled' && row.ended_at !== null ? row.ended_at : row.expires_at,
  };
}
