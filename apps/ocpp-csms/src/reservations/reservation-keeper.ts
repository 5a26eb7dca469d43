import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DueWork } from '../due-loop.js';
import type { AfterBoot, BootedStation } from '../intake/after-boot.js';
import { isOpen } from './domain/consumption.js';
import { expireReservations } from './reservation-expiry.js';
import { RESERVATION_COLUMNS, type ReservationRow } from './reservation-row.js';
import { AGAIN_MS, type ReservationTalk } from './reservation-talk.js';

const BOOTED = `UPDATE reservation SET due_at = $2 WHERE station_id = ANY($1) AND status = 'active'`;
/** Connected stations that are ours alone: the others are spoken with when they are back. */
const CLAIM = `
  UPDATE reservation SET due_at = $2, sends = sends + CASE WHEN status IN ('requested', 'active') THEN 1 ELSE 0 END
   WHERE reservation_id IN (
     SELECT r.reservation_id FROM reservation r JOIN charging_station s USING (station_id)
      WHERE r.due_at <= $1 AND s.online AND s.back_end = 'csms' ORDER BY r.due_at LIMIT $3 FOR UPDATE OF r SKIP LOCKED)
  RETURNING ${RESERVATION_COLUMNS}`;
/** A station lets go of a reservation at its end by itself (OCPP 1.6 §5.13); one whose clock is wrong is told to. */
const LET_GO = `
  UPDATE reservation r SET due_at = NULL WHERE reservation_id = $1 AND expires_at <= $2 AND NOT EXISTS (
    SELECT FROM connector c JOIN evse e USING (evse_id)
     WHERE e.station_id = r.station_id AND e.number = r.evse_number AND c.status = 'Reserved')
  RETURNING 1`;

/**
 * Keeps what stations hold in step with our reservations: ends them at their time by our clock, asks again where nobody answered,
 * gives a station that has booted its reservations again, and takes back what was cancelled while it was away. What is due stands in
 * the rows, so that any replica goes on with it.
 */
export class ReservationKeeper implements AfterBoot, DueWork<ReservationRow> {
  readonly name = 'reservation';
  private readonly booted = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly talk: ReservationTalk,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
    /** A station that has just booted is left alone for so long. */
    private readonly delayMs: number,
  ) {}

  /** OCPP 1.6 does not say that reservations outlive a boot: the same id again replaces, or makes it anew. */
  stationBooted({ stationId }: Pick<BootedStation, 'stationId'>): void {
    this.booted.add(stationId);
  }

  async prepare(): Promise<void> {
    await this.expire();
    await this.noteBoots();
  }

  private async expire(): Promise<void> {
    const now = this.clock.now();
    await this.database.asWorker(async (tx) => {
      const rows = await expireReservations(tx, this.outbox, now);
      for (const { reservation_id: reservationId, status } of rows) {
        tx.onCommit(() => this.telemetry.logger.info(`reservation.${status}`, { reservationId }));
      }
    });
  }

  private async noteBoots(): Promise<void> {
    if (this.booted.size === 0) return;
    const stations = [...this.booted];
    await this.database.query(BOOTED, [stations, new Date(this.clock.now().getTime() + this.delayMs)]);
    for (const stationId of stations) this.booted.delete(stationId);
  }

  claim(limit: number): Promise<ReservationRow[]> {
    const now = this.clock.now();
    return this.database.query<ReservationRow>(CLAIM, [now, new Date(now.getTime() + AGAIN_MS), limit]);
  }

  about({ reservation_id: reservationId }: ReservationRow): object {
    return { reservationId };
  }

  async carryOut(row: ReservationRow): Promise<void> {
    const by = this.telemetry.service;
    if (isOpen(row.status)) return this.talk.unanswered(row, await this.talk.reserve(row, by), false);
    const letGo = await this.database.query(LET_GO, [row.reservation_id, this.clock.now()]);
    if (letGo.length === 0) await this.talk.unanswered(row, await this.talk.cancel(row, by), false);
  }
}
