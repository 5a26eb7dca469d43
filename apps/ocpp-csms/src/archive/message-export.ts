import type { Database } from '@ampline/platform-postgres';
import { messageOf, type MessageRow } from '../stations/readings.store.js';

/** Which messages of a tenant; what is undefined does not limit. */
export interface ExportFilter {
  stationId: string | undefined;
  siteId: string | undefined;
  action: string | undefined;
  direction: 'from-station' | 'to-station' | undefined;
  /** `not-ok`: whatever is not `ok`. */
  result: string | undefined;
  receivedFrom: Date | undefined;
  /** Exclusive. */
  receivedBefore: Date | undefined;
}

interface ExportedRow extends MessageRow {
  station_id: string;
  identity: string;
}

/** Rows read at once: two frames of 256 KiB each are what one may hold. */
const PAGE = 100;

const FILTERED = `
  SELECT m.message_uuid, m.received_at, m.received_at::text AS received_text, m.direction, m.action, m.message_id, m.request_frame,
         m.response_frame, m.result, m.deviations, m.epoch, true AS fits, m.station_id, s.identity
    FROM ocpp_message m JOIN charging_station s USING (station_id) LEFT JOIN location l USING (location_id)
   WHERE m.tenant_id = $1 AND ($2::uuid IS NULL OR m.station_id = $2) AND ($3::uuid IS NULL OR l.site_id = $3)
     AND ($4::text IS NULL OR m.action = $4) AND ($5::text IS NULL OR m.direction = $5)
     AND ($6::text IS NULL OR CASE WHEN $6 = 'not-ok' THEN m.result <> 'ok' ELSE m.result = $6 END)
     AND m.received_at < coalesce($7::timestamptz, 'infinity') AND (m.received_at, m.message_uuid) > ($8::timestamptz, $9::uuid)
   ORDER BY m.received_at, m.message_uuid LIMIT ${PAGE}`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** The message archive of one tenant as a stream, oldest first; holds one page, however long it is. */
export class MessageExport {
  constructor(private readonly database: Database) {}

  /** Each page is a transaction of its own: what arrives meanwhile, before the end of the time asked for, is there as well. */
  async *messages(tenantId: string, filter: ExportFilter) {
    const { stationId, siteId, action, direction, result, receivedFrom, receivedBefore } = filter;
    const limits = [tenantId, stationId, siteId, action, direction, result, receivedBefore].map((value) => value ?? null);
    let after: [string, string] = [receivedFrom?.toISOString() ?? '-infinity', BEFORE_ALL];
    for (;;) {
      const rows = await this.database.asTenant(tenantId, (tx) => tx.query<ExportedRow>(FILTERED, [...limits, ...after]));
      for (const row of rows) yield { message: messageOf(row), stationId: row.station_id, stationIdentity: row.identity };
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = [last.received_text, last.message_uuid];
    }
  }
}
