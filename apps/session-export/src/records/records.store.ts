import type { SessionRecord } from '@ampline/contracts';
import { keyset, pageFrom, type Database, type KeysetOrder, type Page, type Tx } from '@ampline/platform-postgres';
import { recordErrors } from '../errors.js';
import { sessionRecord, type SessionRow, type StoredStatus } from './records.mapping.js';

/** Which sessions; what is left out does not limit. */
export interface RecordFilter {
  status?: StoredStatus;
  /** OCPP identity, without regard to case. */
  stationIdentity?: string;
  siteId?: string;
  startedFrom?: Date;
  /** Exclusive. */
  startedBefore?: Date;
  /** Without regard to case. */
  idToken?: string;
  doubtful?: boolean;
}

/** Figures of what a filter selects. */
export interface RecordSummary {
  sessions: bigint;
  live: bigint;
  energyWh: bigint;
  doubtful: bigint;
}

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'started_at', type: 'timestamptz' },
    { name: 'session_id', type: 'uuid' },
  ],
  direction: 'desc',
};

/** The records of a tenant's sessions, read. */
export class SessionRecords {
  constructor(private readonly database: Database) {}

  /** Throws `session-export.session-unknown`. */
  get(tenantId: string, sessionId: string): Promise<SessionRecord> {
    return this.database.asTenant(tenantId, async (tx) => {
      const row = await tx.one<SessionRow>('SELECT * FROM session_record WHERE session_id = $1', [sessionId]);
      if (!row) throw recordErrors.sessionUnknown({ sessionId });
      return sessionRecord(row);
    });
  }

  /** Newest begin first. Throws `database.bad-cursor`. */
  list(tenantId: string, filter: RecordFilter, page: Page): Promise<{ rows: SessionRecord[]; page: { nextCursor: string } }> {
    const selected = conditions(filter);
    const after = keyset(NEWEST_FIRST, page.cursor, selected.params.length + 1);
    const sql = `SELECT * FROM session_record WHERE ${selected.where} AND ${after.where} ORDER BY ${after.orderBy} LIMIT ${page.limit + 1}`;
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<SessionRow>(sql, [...selected.params, ...after.params]);
      // Begins are kept to the millisecond, so a Date loses nothing.
      const found = pageFrom(rows, page, (row) => [row.started_at.toISOString(), row.session_id]);
      return { rows: found.rows.map(sessionRecord), page: found.page };
    });
  }

  summarize(tenantId: string, filter: RecordFilter): Promise<RecordSummary> {
    const { where, params } = conditions(filter);
    return this.database.asTenant(tenantId, (tx) => summary(tx, where, params));
  }
}

async function summary(tx: Tx, where: string, params: unknown[]): Promise<RecordSummary> {
  const row = await tx.one<{ sessions: bigint; live: bigint; energy_wh: bigint; doubtful: bigint }>(
    `SELECT count(*) AS sessions, count(*) FILTER (WHERE status = 'active') AS live,
            coalesce(sum(energy_wh), 0)::bigint AS energy_wh, count(*) FILTER (WHERE doubts <> '{}') AS doubtful
       FROM session_record WHERE ${where}`,
    params,
  );
  return { sessions: row?.sessions ?? 0n, live: row?.live ?? 0n, energyWh: row?.energy_wh ?? 0n, doubtful: row?.doubtful ?? 0n };
}

function conditions(filter: RecordFilter): { where: string; params: unknown[] } {
  const params: unknown[] = [];
  const place = (value: unknown) => `$${params.push(value)}`;
  const parts = [
    filter.status && `status = ${place(filter.status)}`,
    filter.stationIdentity && `lower(station_identity) = lower(${place(filter.stationIdentity)})`,
    filter.siteId && `site_id = ${place(filter.siteId)}`,
    filter.startedFrom && `started_at >= ${place(filter.startedFrom)}`,
    filter.startedBefore && `started_at < ${place(filter.startedBefore)}`,
    filter.idToken && `lower(id_token) = lower(${place(filter.idToken)})`,
    filter.doubtful !== undefined && (filter.doubtful ? `doubts <> '{}'` : `doubts = '{}'`),
  ].filter((part) => part !== undefined && part !== false && part !== '');
  return { where: parts.length > 0 ? parts.join(' AND ') : 'true', params };
}
