import type { RequestOf, ReceivedResponse } from '@ampline/protocol-ocpp';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import type { AnsweredCommand, Effects } from '../commands/command-effects.js';
import { isOpen, type ReservationStatus } from './domain/consumption.js';
import { RESERVATION_COLUMNS, tellReservations, type ReservationRow } from './reservation-row.js';

const FIND = `SELECT ${RESERVATION_COLUMNS} FROM reservation WHERE station_id = $1 AND ocpp_id = $2 FOR UPDATE OF reservation`;
const SET = `
  UPDATE reservation SET status = $2, reason = $3, expires_at = $4, ended_at = $5, due_at = $6, version = version + 1
   WHERE reservation_id = $1 RETURNING ${RESERVATION_COLUMNS}`;
const SPEAK = 'UPDATE reservation SET due_at = $2 WHERE reservation_id = $1';
/** A connector that says of itself that it is reserved. */
const RESERVED = `
  SELECT 1 FROM connector c JOIN evse e USING (evse_id) WHERE c.station_id = $1 AND e.number = $2 AND c.status = 'Reserved' LIMIT 1`;

interface Change {
  status: ReservationStatus;
  reason?: string;
  expiresAt?: Date;
  /** When the station is to be spoken with again; default: not. */
  dueAt?: Date;
}

/**
 * What answers to ReserveNow and CancelReservation mean for our reservations, whoever sent the command. An id that is none of ours is
 * an operator's own affair.
 */
export class ReservationEffects {
  readonly effects: Effects = {
    ReserveNow: (tx, answered) => this.reserved(tx, answered),
    CancelReservation: (tx, answered) => this.cancelled(tx, answered),
  };

  constructor(private readonly outbox: Outbox) {}

  /** OCPP 1.6 §5.13. */
  private async reserved(tx: Tx, answered: AnsweredCommand): Promise<void> {
    const request = answered.command.payload as unknown as RequestOf<'ReserveNow'>;
    const row = await this.find(tx, answered, request.reservationId);
    if (!row) return;
    const { status } = answered.response as ReceivedResponse<'ReserveNow'>;
    const change = new Date(request.expiryDate).getTime() !== row.expires_at.getTime();
    // Some stations count their own reservation as an occupation when they are asked again.
    const held = status === 'Accepted' || (status === 'Occupied' && !change && (await this.reportsReserved(tx, row)));
    if (!isOpen(row.status)) return held && row.status !== 'used' ? this.speak(tx, row, answered.answeredAt) : undefined;
    // Somebody gave the station other terms under our id: it gets ours again.
    if (held && !sameTerms(request, row)) return this.speak(tx, row, answered.answeredAt);
    if (held) return this.store(tx, row, answered, { status: 'active', expiresAt: new Date(request.expiryDate) });
    if (row.status === 'active' && change) return this.speak(tx, row, null);
    // After a first try without an answer the station may hold it all the same.
    const dueAt = row.sends > 1 ? { dueAt: answered.answeredAt } : {};
    return this.store(tx, row, answered, { status: row.status === 'active' ? 'broken' : 'refused', reason: status, ...dueAt });
  }

  /** OCPP 1.6 §5.2: Rejected means that the station holds no such reservation, which is what was wanted. */
  private async cancelled(tx: Tx, answered: AnsweredCommand): Promise<void> {
    const { reservationId } = answered.command.payload as unknown as RequestOf<'CancelReservation'>;
    const row = await this.find(tx, answered, reservationId);
    if (!row) return;
    if (!isOpen(row.status)) return this.speak(tx, row, null);
    const { status } = answered.response as ReceivedResponse<'CancelReservation'>;
    if (status === 'Accepted') return this.store(tx, row, answered, { status: 'cancelled' });
    return this.speak(tx, row, answered.answeredAt);
  }

  private find(tx: Tx, { stationId }: AnsweredCommand, ocppId: number): Promise<ReservationRow | undefined> {
    return tx.one<ReservationRow>(FIND, [stationId, ocppId]);
  }

  private async reportsReserved(
    tx: Tx,
    { station_id: stationId, evse_number: evseNumber, sends, status }: ReservationRow,
  ): Promise<boolean> {
    if (status === 'requested' && sends === 1) return false;
    return (await tx.query(RESERVED, [stationId, evseNumber])).length > 0;
  }

  private async speak(tx: Tx, row: ReservationRow, at: Date | null): Promise<void> {
    await tx.query(SPEAK, [row.reservation_id, at]);
  }

  private async store(tx: Tx, row: ReservationRow, { answeredAt }: AnsweredCommand, change: Change): Promise<void> {
    const endedAt = isOpen(change.status) ? null : answeredAt;
    const { status, reason = '', expiresAt = row.expires_at, dueAt = null } = change;
    const told = status !== row.status || expiresAt.getTime() !== row.expires_at.getTime();
    if (!told) return this.speak(tx, row, dueAt);
    const rows = await tx.query<ReservationRow>(SET, [row.reservation_id, status, reason, expiresAt, endedAt, dueAt]);
    await tellReservations(tx, this.outbox, rows, answeredAt);
  }
}

function sameTerms(request: RequestOf<'ReserveNow'>, row: ReservationRow): boolean {
  const same = request.connectorId === row.evse_number && request.idTag.toLowerCase() === row.id_token.toLowerCase();
  return same && (request.parentIdTag ?? '').toLowerCase() === (row.group_token ?? '').toLowerCase();
}
