import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';

export interface EventRow {
  event_id: string;
  station_id: string;
  identity: string;
  type: string;
  critical: boolean;
  tech_info: string | null;
  occurred_at: Date;
  received_at: Date;
}

export interface RefusalRow {
  station_id: string;
  identity: string;
  reason: string;
  times: number;
  remote_address: string;
  first_at: Date;
  last_at: Date;
}

export interface InstalledRow {
  certificate_type: string;
  hash_algorithm: string;
  issuer_name_hash: string;
  issuer_key_hash: string;
  serial_number: string;
  subject: string | null;
  not_after: Date | null;
  reported_at: Date;
}

export interface StationSecurityRow {
  security_profile: number;
  connection_profile: number | null;
  connection_certificate: string | null;
  has_password: boolean;
}

const newest = (time: string, id: string): KeysetOrder => ({
  columns: [
    { name: time, type: 'timestamptz' },
    { name: id, type: 'uuid' },
  ],
  direction: 'desc',
});
/** A station that was let in after its last refusal is not refused. */
const REFUSED = 'NOT (s.online AND s.online_changed_at > r.last_at)';
const REFUSAL_COLUMNS = 'r.station_id, s.identity, r.reason, r.times, r.remote_address, r.first_at, r.last_at';

/** What is asked about the security of a tenant's stations. */
export class SecurityReads {
  constructor(private readonly database: Database) {}

  /** Throws `csms.station-unknown`. */
  async station(tenantId: string, stationId: string) {
    return this.database.asTenant(tenantId, async (tx) => {
      const station = await tx.one<StationSecurityRow>(
        `SELECT security_profile, connection_profile, connection_certificate, password_hash IS NOT NULL AS has_password
           FROM charging_station WHERE station_id = $1`,
        [stationId],
      );
      if (!station) throw csmsErrors.stationUnknown();
      const installed = await tx.query<InstalledRow>(
        `SELECT certificate_type, hash_algorithm, issuer_name_hash, issuer_key_hash, serial_number, subject, not_after, reported_at
           FROM installed_certificate WHERE station_id = $1 ORDER BY certificate_type, reported_at DESC, serial_number`,
        [stationId],
      );
      const refusal = await tx.one<RefusalRow>(
        `SELECT ${REFUSAL_COLUMNS} FROM admission_refusal r JOIN charging_station s USING (station_id) WHERE r.station_id = $1 AND ${REFUSED}`,
        [stationId],
      );
      return { station, installed, refusal };
    });
  }

  /** Newest first, one more than the page holds. */
  async events(
    tenantId: string,
    filter: { stationId: string | undefined; criticalOnly: boolean; type: string | undefined },
    page: Page,
  ): Promise<{ key: KeysetValue[]; row: EventRow }[]> {
    const at = keyset(newest('received_at', 'event_id'), page.cursor, 6);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<EventRow & { received_text: string }>(
        `WITH e AS (
           SELECT *, received_at::text AS received_text FROM security_event
            WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id = $2) AND (NOT $3 OR critical) AND ($4::text IS NULL OR type = $4)
              AND ${at.where} ORDER BY ${at.orderBy} LIMIT $5)
         SELECT e.event_id, e.station_id, s.identity, e.type, e.critical, e.tech_info, e.occurred_at, e.received_at, e.received_text
           FROM e JOIN charging_station s USING (station_id) ORDER BY e.received_at DESC, e.event_id DESC`,
        [tenantId, filter.stationId ?? null, filter.criticalOnly, filter.type ?? null, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.received_text, row.event_id], row }));
  }

  /** Newest first, one more than the page holds. */
  async refused(tenantId: string, page: Page): Promise<{ key: KeysetValue[]; row: RefusalRow }[]> {
    const at = keyset(newest('last_at', 'station_id'), page.cursor, 3);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<RefusalRow & { last_text: string }>(
        `WITH r AS (
           SELECT r.*, r.last_at::text AS last_text, s.identity FROM admission_refusal r JOIN charging_station s USING (station_id)
            WHERE r.tenant_id = $1 AND ${REFUSED})
         SELECT station_id, identity, reason, times, remote_address, first_at, last_at, last_text FROM r
          WHERE ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [tenantId, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.last_text, row.station_id], row }));
  }
}
