import type { SessionRecord } from '@ampline/contracts';
import { keyset, pageFrom, type Database, type KeysetOrder, type Page } from '@ampline/platform-postgres';
import { recordErrors } from '../errors.js';
import { sessionRecord, type SessionRow, type StoredStatus } from './records.mapping.js';
import { ofDriver, ofOrganisation, visible, type Reader } from './visible.js';

/** Which sessions; what is left out does not limit. */
export interface RecordFilter {
  status?: StoredStatus;
  /** OCPP identity, without regard to case. */
  stationIdentity?: string;
  stationId?: string;
  siteId?: string;
  startedFrom?: Date;
  /** Exclusive. */
  startedBefore?: Date;
  /** Without regard to case. */
  idToken?: string;
  driverId?: string;
  organisationId?: string;
  doubtful?: boolean;
}

/** Figures of what a filter selects. */
export interface RecordSummary {
  sessions: bigint;
  live: bigint;
  energyWh: bigint;
  doubtful: bigint;
}

/** Sessions that began within an hour or a day. */
export interface TimeBucket {
  from: Date;
  sessions: bigint;
  energyWh: bigint;
}

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'started_at', type: 'timestamptz' },
    { name: 'session_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const MOST_BUCKETS = 1_000;

/** The records of a tenant's sessions, read. Nobody sees more of them than {@link visible} lets through. */
export class SessionRecords {
  constructor(private readonly database: Database) {}

  /** Throws `session-export.session-unknown`. */
  async get(reader: Reader, sessionId: string): Promise<SessionRecord> {
    const [record] = await this.batch(reader, [sessionId]);
    if (!record) throw recordErrors.sessionUnknown({ sessionId });
    return record;
  }

  /** Unknown ones are left out. */
  async batch(reader: Reader, sessionIds: readonly string[]): Promise<SessionRecord[]> {
    const { where, params } = conditions(reader, { sessionIds });
    return this.records(reader, `SELECT * FROM session_record WHERE ${where} ORDER BY session_id`, params);
  }

  /** Of these stations those that are live, newest begin first. */
  async live(reader: Reader, stationIds: readonly string[]): Promise<SessionRecord[]> {
    const { where, params } = conditions(reader, { status: 'active', stationIds });
    return this.records(reader, `SELECT * FROM session_record WHERE ${where} ORDER BY started_at DESC, session_id DESC`, params);
  }

  /** Newest begin first. Throws `database.bad-cursor`. */
  list(reader: Reader, filter: RecordFilter, page: Page): Promise<{ rows: SessionRecord[]; page: { nextCursor: string } }> {
    const selected = conditions(reader, filter);
    const after = keyset(NEWEST_FIRST, page.cursor, selected.params.length + 1);
    const sql = `SELECT * FROM session_record WHERE ${selected.where} AND ${after.where} ORDER BY ${after.orderBy} LIMIT ${page.limit + 1}`;
    return this.database.asTenant(reader.tenantId, async (tx) => {
      const rows = await tx.query<SessionRow>(sql, [...selected.params, ...after.params]);
      // Begins are kept to the millisecond, so a Date loses nothing.
      const found = pageFrom(rows, page, (row) => [row.started_at.toISOString(), row.session_id]);
      return { rows: found.rows.map(sessionRecord), page: found.page };
    });
  }

  async summarize(reader: Reader, filter: RecordFilter): Promise<RecordSummary> {
    const { where, params } = conditions(reader, filter);
    const row = await this.database.asTenant(reader.tenantId, (tx) =>
      tx.one<{ sessions: bigint; live: bigint; energy_wh: bigint; doubtful: bigint }>(
        `SELECT count(*) AS sessions, count(*) FILTER (WHERE status = 'active') AS live,
                coalesce(sum(energy_wh), 0)::bigint AS energy_wh, count(*) FILTER (WHERE doubts <> '{}') AS doubtful
           FROM session_record WHERE ${where}`,
        params,
      ),
    );
    return { sessions: row?.sessions ?? 0n, live: row?.live ?? 0n, energyWh: row?.energy_wh ?? 0n, doubtful: row?.doubtful ?? 0n };
  }

  /**
   * Sessions by the hour or day of an IANA zone in which they began, oldest first, without empty ones. An hour that a zone has twice, when
   * its clocks go back, is two. Throws `session-export.too-many-buckets` above 1,000.
   */
  async summarizeByTime(reader: Reader, filter: RecordFilter, by: { bucket: 'hour' | 'day'; timeZone: string }): Promise<TimeBucket[]> {
    const { where, params } = conditions(reader, filter);
    const [bucket, zone] = [`$${params.length + 1}`, `$${params.length + 2}`];
    const rows = await this.database.asTenant(reader.tenantId, (tx) =>
      tx.query<{ begin: Date; sessions: bigint; energy_wh: bigint }>(
        `SELECT date_trunc(${bucket}, started_at, ${zone}) AS begin, count(*) AS sessions, sum(energy_wh)::bigint AS energy_wh
           FROM session_record WHERE ${where} GROUP BY 1 ORDER BY 1 LIMIT ${MOST_BUCKETS + 1}`,
        [...params, by.bucket, by.timeZone],
      ),
    );
    if (rows.length > MOST_BUCKETS) throw recordErrors.tooManyBuckets({ most: MOST_BUCKETS });
    return rows.map(({ begin, sessions, energy_wh: energyWh }) => ({ from: begin, sessions, energyWh }));
  }

  private async records({ tenantId }: Reader, sql: string, params: unknown[]): Promise<SessionRecord[]> {
    return (await this.database.asTenant(tenantId, (tx) => tx.query<SessionRow>(sql, params))).map(sessionRecord);
  }
}

/** What is asked for by ids. */
interface Among {
  sessionIds?: readonly string[];
  stationIds?: readonly string[];
}

function conditions(reader: Reader, filter: RecordFilter & Among): { where: string; params: unknown[] } {
  const params: unknown[] = [];
  const place = (value: unknown) => `$${params.push(value)}`;
  const parts = [
    visible(reader, place),
    filter.sessionIds && `session_id = ANY(${place(filter.sessionIds)}::uuid[])`,
    filter.stationIds && `station_id = ANY(${place(filter.stationIds)})`,
    filter.status && `status = ${place(filter.status)}`,
    filter.stationIdentity && `lower(station_identity) = lower(${place(filter.stationIdentity)})`,
    filter.stationId && `station_id = ${place(filter.stationId)}`,
    filter.siteId && `site_id = ${place(filter.siteId)}`,
    filter.startedFrom && `started_at >= ${place(filter.startedFrom)}`,
    filter.startedBefore && `started_at < ${place(filter.startedBefore)}`,
    filter.idToken && `lower(id_token) = lower(${place(filter.idToken)})`,
    filter.driverId && ofDriver(filter.driverId, place),
    filter.organisationId && ofOrganisation(filter.organisationId, place),
    filter.doubtful !== undefined && (filter.doubtful ? `doubts <> '{}'` : `doubts = '{}'`),
  ].filter(Boolean);
  return { where: parts.join(' AND '), params };
}
