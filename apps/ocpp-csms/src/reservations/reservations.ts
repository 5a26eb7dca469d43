import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import { decide, type TokenRecord } from '../authorization/domain/decision.js';
import { PgTokens } from '../authorization/pg-tokens.js';
import { csmsErrors } from '../errors.js';
import { lockStation, type LockedStation } from '../intake/locked-station.js';
import { check } from '../stations/field-checks.js';
import { conflictOf } from './domain/conflict.js';
import { isOpen } from './domain/consumption.js';
import { reservationErrors } from './errors.js';
import { expireReservations } from './reservation-expiry.js';
import { RESERVATION_COLUMNS, tellReservations, type ReservationRow } from './reservation-row.js';
import type { ReservationStore } from './reservation.store.js';
import { AGAIN_MS, type ReservationTalk } from './reservation-talk.js';

/** How far reservations may go. */
export interface ReservationLimits {
  longestMs: number;
  perToken: number;
}

/** A reservation as somebody asks for it. */
export interface ReservationWanted {
  tenantId: string;
  stationId: string;
  /** 0: any EVSE of the station. */
  evseNumber: number;
  idToken: string;
  forGroup: boolean;
  expiresAt: Date;
  /** Empty: none. */
  idempotencyKey: string;
  caller: Caller;
}

/** A reservation that somebody changes. */
export interface ReservationChange {
  tenantId: string;
  reservationId: string;
  caller: Caller;
}

const INSERT = `
  INSERT INTO reservation (reservation_id, tenant_id, station_id, evse_number, id_token, id_token_id, group_token, status, idempotency_key,
    requested_by, requested_at, expires_at, due_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'requested', $8, $9, $10, $11, $12) RETURNING ${RESERVATION_COLUMNS}`;
const EARLIER = `SELECT ${RESERVATION_COLUMNS} FROM reservation WHERE tenant_id = $1 AND idempotency_key = $2`;
const FIND = `SELECT ${RESERVATION_COLUMNS} FROM reservation WHERE reservation_id = $1 FOR UPDATE OF reservation`;
const CANCEL = `
  UPDATE reservation SET status = 'cancelled', ended_at = $2, due_at = $3, version = version + 1
   WHERE reservation_id = $1 RETURNING ${RESERVATION_COLUMNS}`;
const MEETS = `
  SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_object('number', e.number, 'occupied', EXISTS (
        SELECT FROM ocpp_transaction t WHERE t.station_id = $1 AND t.connector_number = e.number AND t.state = 'active'))), '[]')
      FROM evse e WHERE e.station_id = $1) AS evses,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('evseNumber', r.evse_number)), '[]')
      FROM reservation r WHERE r.station_id = $1 AND r.status IN ('requested', 'active')) AS open,
    (SELECT count(*)::integer FROM reservation r
      WHERE r.tenant_id = $2 AND r.id_token_id = $3 AND r.status IN ('requested', 'active')) AS reservations,
    EXISTS (SELECT FROM ocpp_transaction t WHERE t.tenant_id = $2 AND lower(t.id_token) = lower($4) AND t.state = 'active') AS charges`;

/**
 * Reservations as people and services ask for them. Each is stored before the station is asked, under the lock of the station's row, so
 * that of two that want the same EVSE one finds the other; what the station holds follows the row, also after a crash.
 */
export class Reservations {
  constructor(
    private readonly database: Database,
    private readonly store: ReservationStore,
    private readonly talk: ReservationTalk,
    private readonly telling: { outbox: Outbox; audit: AuditTrail },
    private readonly clock: Clock,
    private readonly limits: ReservationLimits,
  ) {}

  /**
   * Waits for the station's answer. Throws `csms.station-unknown`, `csms.station-pending`, `csms.station-rejected`, `csms.evse-unknown`,
   * `csms.invalid-field`, `csms.idempotency-key-reused` and `csms.reservation.*`.
   */
  async create(wanted: ReservationWanted): Promise<ReservationRow> {
    this.checkExpiry(wanted.expiresAt);
    const { tenantId, stationId, caller } = wanted;
    const earlier = await this.database.asTenant(tenantId, (tx) => this.earlier(tx, wanted));
    if (earlier) return earlier;
    if (wanted.evseNumber === 0) await this.checkZero(tenantId, stationId, caller.subject);
    const { row, isNew } = await this.database.asTenant(tenantId, (tx) => this.begin(tx, wanted));
    if (!isNew) return row;
    await this.talk.unanswered(row, await this.talk.reserve(row, caller.subject), true);
    return this.store.get(tenantId, row.reservation_id);
  }

  /** Another end. Waits for the station's answer; where it refuses or is away, the reservation is answered as it was. Throws `csms.reservation.*`. */
  async change({ tenantId, reservationId, caller }: ReservationChange, expiresAt: Date): Promise<ReservationRow> {
    this.checkExpiry(expiresAt);
    const row = await this.database.asTenant(tenantId, async (tx) => {
      const found = await this.find(tx, reservationId);
      if (!isOpen(found.status)) throw reservationErrors.over({ status: found.status });
      // Should nobody learn what the station answered, it is given the terms of the row again.
      await this.due(tx, found, AGAIN_MS);
      await this.record(tx, caller, found, 'reservation.changed', { expiresAt: expiresAt.toISOString() });
      return found;
    });
    await this.talk.unanswered(row, await this.talk.reserve(row, caller.subject, expiresAt), false);
    return this.store.get(tenantId, reservationId);
  }

  /** Over at once; the station is told now, or when it is back. Throws `csms.reservation.unknown`, `csms.reservation.over`. */
  async cancel({ tenantId, reservationId, caller }: ReservationChange): Promise<ReservationRow> {
    const row = await this.database.asTenant(tenantId, async (tx) => {
      const found = await this.find(tx, reservationId);
      if (found.status === 'cancelled') return found;
      if (!isOpen(found.status)) throw reservationErrors.over({ status: found.status });
      const now = this.clock.now();
      const rows = await tx.query<ReservationRow>(CANCEL, [reservationId, now, new Date(now.getTime() + AGAIN_MS)]);
      await tellReservations(tx, this.telling.outbox, rows, now);
      await this.record(tx, caller, found, 'reservation.cancelled', {});
      return rows[0] as ReservationRow;
    });
    await this.talk.unanswered(row, await this.talk.cancel(row, caller.subject), false);
    return this.store.get(tenantId, reservationId);
  }

  private async begin(tx: Tx, wanted: ReservationWanted): Promise<{ row: ReservationRow; isNew: boolean }> {
    const { tenantId, stationId, caller, evseNumber, expiresAt } = wanted;
    const station = await lockStation(tx, stationId);
    if (!station) throw csmsErrors.stationUnknown();
    const earlier = await this.earlier(tx, wanted);
    if (earlier) return { row: earlier, isNew: false };
    const token = await this.tokenOf(tx, station, wanted);
    const now = this.clock.now();
    await expireReservations(tx, this.telling.outbox, now, stationId);
    await this.checkConflicts(tx, wanted, token);
    const rows = await tx.query<ReservationRow>(INSERT, [
      uuidv7(),
      tenantId,
      stationId,
      evseNumber,
      token.idToken,
      token.idTokenId,
      wanted.forGroup ? (token.groupToken ?? null) : null,
      wanted.idempotencyKey || null,
      caller.subject,
      now,
      expiresAt,
      new Date(now.getTime() + AGAIN_MS),
    ]);
    const row = rows[0] as ReservationRow;
    await tellReservations(tx, this.telling.outbox, rows, now);
    await this.record(tx, caller, row, 'reservation.created', { evseNumber, expiresAt: expiresAt.toISOString() });
    return { row, isNew: true };
  }

  /** The token, locked: of two requests for the same one, the second sees what the first reserved. */
  private async tokenOf(tx: Tx, station: LockedStation, { tenantId, idToken, forGroup }: ReservationWanted): Promise<TokenRecord> {
    if (station.registration === 'pending') throw csmsErrors.stationPending();
    if (station.registration === 'rejected') throw csmsErrors.stationRejected();
    const token = await new PgTokens(tx, tenantId).findForStart(idToken);
    const decision = decide(token, { at: this.clock.now(), tenantActive: station.tenantActive, stationAccepted: true });
    if (!token || decision !== 'Accepted') throw reservationErrors.tokenRefused({ decision });
    if (forGroup && token.groupToken === undefined) throw reservationErrors.groupMissing();
    return token;
  }

  private async checkConflicts(tx: Tx, { tenantId, stationId, evseNumber }: ReservationWanted, token: TokenRecord): Promise<void> {
    const meets = await tx.one<{
      evses: { number: number; occupied: boolean }[];
      open: { evseNumber: number }[];
      reservations: number;
      charges: boolean;
    }>(MEETS, [stationId, tenantId, token.idTokenId, token.idToken]);
    const { evses = [], open = [], reservations = 0, charges = false } = meets ?? {};
    if (evseNumber > 0 && !evses.some(({ number }) => number === evseNumber)) throw csmsErrors.evseUnknown();
    const { allowConcurrent } = token;
    const conflict = conflictOf(evseNumber, {
      evses,
      open,
      token: { reservations, charges, allowConcurrent },
      reservationsPerToken: this.limits.perToken,
    });
    if (conflict) throw reservationErrors[conflict]();
  }

  private async checkZero(tenantId: string, stationId: string, requestedBy: string): Promise<void> {
    const supported = await this.talk.supportsZero(tenantId, stationId, requestedBy);
    if (supported === undefined) throw reservationErrors.stationSilent();
    if (!supported) throw reservationErrors.zeroUnsupported();
  }

  private checkExpiry(expiresAt: Date): void {
    const inMs = expiresAt.getTime() - this.clock.now().getTime();
    const longest = this.limits.longestMs / 60_000;
    check('expires_at', inMs > 0 && inMs <= this.limits.longestMs, `in the future, at most ${longest} minutes from now`);
  }

  /** The reservation that was stored under the key. */
  private async earlier(tx: Tx, wanted: ReservationWanted): Promise<ReservationRow | undefined> {
    if (wanted.idempotencyKey === '') return undefined;
    const row = await tx.one<ReservationRow>(EARLIER, [wanted.tenantId, wanted.idempotencyKey]);
    const same =
      !row ||
      (row.station_id === wanted.stationId &&
        row.evse_number === wanted.evseNumber &&
        row.id_token.toLowerCase() === wanted.idToken.toLowerCase());
    if (!same) throw csmsErrors.idempotencyKeyReused();
    return row;
  }

  private async find(tx: Tx, reservationId: string): Promise<ReservationRow> {
    const row = await tx.one<ReservationRow>(FIND, [reservationId]);
    if (!row) throw reservationErrors.unknown();
    return row;
  }

  private async due(tx: Tx, row: ReservationRow, inMs: number): Promise<void> {
    const at = new Date(this.clock.now().getTime() + inMs);
    await tx.query('UPDATE reservation SET due_at = $2 WHERE reservation_id = $1', [row.reservation_id, at]);
  }

  private async record(tx: Tx, caller: Caller, row: ReservationRow, action: string, detail: Record<string, unknown>): Promise<void> {
    const { tenant_id: tenantId, tenant, reservation_id: id, identity: name, station_id: stationId } = row;
    const entity = { type: 'reservation', id, name };
    await this.telling.audit.record(tx, { caller, tenantId, tenant, action, entity, detail: { stationId, ...detail } });
  }
}
