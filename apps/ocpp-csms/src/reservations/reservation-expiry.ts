import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { RESERVATION_COLUMNS, tellReservations, type ReservationRow } from './reservation-row.js';

const MOST_AT_ONCE = 500;
/** When it is looked at whether the station has let go of it. */
const LET_GO_AFTER_MS = 60_000;

/** Nobody came, or nobody ever learned whether the station holds it. */
const EXPIRE = `
  UPDATE reservation SET status = CASE WHEN status = 'active' THEN 'expired' ELSE 'refused' END,
    reason = CASE WHEN status = 'active' THEN '' ELSE 'unanswered' END, ended_at = expires_at, due_at = $2, version = version + 1
   WHERE reservation_id IN (
     SELECT reservation_id FROM reservation
      WHERE status IN ('requested', 'active') AND expires_at <= $1 AND ($3::uuid IS NULL OR station_id = $3)
      ORDER BY expires_at LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING ${RESERVATION_COLUMNS}`;

/** Ends reservations whose time is over by our clock, of one station or of all. */
export async function expireReservations(tx: Tx, outbox: Outbox, now: Date, stationId: string | null = null): Promise<ReservationRow[]> {
  const rows = await tx.query<ReservationRow>(EXPIRE, [now, new Date(now.getTime() + LET_GO_AFTER_MS), stationId, MOST_AT_ONCE]);
  await tellReservations(tx, outbox, rows, now);
  return rows;
}
