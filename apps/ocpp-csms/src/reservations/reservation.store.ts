import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import type { ReservationStatus } from './domain/consumption.js';
import { reservationErrors } from './errors.js';
import { RESERVATION_COLUMNS, type ReservationRow } from './reservation-row.js';

/** What a list of reservations is narrowed to. */
export interface ReservationFilter {
  /** Undefined: of all stations. */
  stationId: string | undefined;
  /** Any of these; empty: whatever their status. */
  statuses: readonly ReservationStatus[];
  /** Undefined: of all. */
  idToken: string | undefined;
}

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'requested_at', type: 'timestamptz' },
    { name: 'reservation_id', type: 'uuid' },
  ],
  direction: 'desc',
};

/** Reads the reservations of a tenant. */
export class ReservationStore {
  constructor(private readonly database: Database) {}

  /** Newest first, one more than the page holds. */
  async list(tenantId: string, filter: ReservationFilter, page: Page): Promise<{ key: KeysetValue[]; row: ReservationRow }[]> {
    const after = keyset(NEWEST_FIRST, page.cursor, 6);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<ReservationRow & { requested_text: string }>(
        `SELECT ${RESERVATION_COLUMNS}, requested_at::text AS requested_text FROM reservation
          WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id = $2) AND (cardinality($3::text[]) = 0 OR status = ANY($3))
            AND ($4::text IS NULL OR lower(id_token) = lower($4)) AND ${after.where} ORDER BY ${after.orderBy} LIMIT $5`,
        [tenantId, filter.stationId ?? null, filter.statuses, filter.idToken ?? null, page.limit + 1, ...after.params],
      ),
    );
    return rows.map((row) => ({ key: [row.requested_text, row.reservation_id], row }));
  }

  /** Throws `csms.reservation.unknown`. */
  async get(tenantId: string, reservationId: string): Promise<ReservationRow> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<ReservationRow>(`SELECT ${RESERVATION_COLUMNS} FROM reservation WHERE reservation_id = $1`, [reservationId]),
    );
    if (!row) throw reservationErrors.unknown();
    return row;
  }
}
