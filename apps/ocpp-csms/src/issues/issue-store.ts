import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import { issueErrors } from './errors.js';
import { ISSUE_COLUMNS, ISSUE_JOINS, type IssueRow } from './issue-row.js';

/** What a list of issues is narrowed to; empty: everything. */
export interface IssueFilter {
  status: IssueRow['status'] | '';
  /** Of any of these stations; undefined: of all. */
  stationIds: readonly string[] | undefined;
  /** About any of these sessions; undefined: about any session, or none. */
  sessionIds: readonly string[] | undefined;
  reason: string;
}

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'raised_at', type: 'timestamptz' },
    { name: 'issue_id', type: 'uuid' },
  ],
  direction: 'desc',
};

type ListedRow = IssueRow & { raised_text: string };

/** Reads the work list of a tenant. */
export class IssueStore {
  constructor(private readonly db: Database) {}

  /** Newest first, one more than the page holds. */
  async list(tenantId: string, filter: IssueFilter, page: Page): Promise<{ key: KeysetValue[]; row: IssueRow }[]> {
    const after = keyset(NEWEST_FIRST, page.cursor, 7);
    const rows = await this.db.asTenant(tenantId, (tx) =>
      tx.query<ListedRow>(
        `WITH i AS (
           SELECT *, raised_at::text AS raised_text FROM intake_issue
            WHERE tenant_id = $1 AND ($2 = '' OR status = $2) AND ($3::uuid[] IS NULL OR station_id = ANY($3))
              AND ($4::uuid[] IS NULL OR transaction_id = ANY($4)) AND ($5 = '' OR reason = $5)
              AND ${after.where} ORDER BY ${after.orderBy} LIMIT $6)
         SELECT ${ISSUE_COLUMNS}, i.raised_text FROM i ${ISSUE_JOINS} ORDER BY i.raised_at DESC, i.issue_id DESC`,
        [tenantId, filter.status, filter.stationIds ?? null, filter.sessionIds ?? null, filter.reason, page.limit + 1, ...after.params],
      ),
    );
    return rows.map((row) => ({ key: [row.raised_text, row.issue_id], row }));
  }

  /** Open issues by reason, in the order of the reasons. */
  countOpen(tenantId: string): Promise<{ reason: string; open: bigint }[]> {
    return this.db.asTenant(tenantId, (tx) =>
      tx.query<{ reason: string; open: bigint }>(
        `SELECT reason, count(*) AS open FROM intake_issue WHERE tenant_id = $1 AND status = 'open' GROUP BY reason ORDER BY reason`,
        [tenantId],
      ),
    );
  }

  /** Throws `csms.intake-issue.unknown`. */
  async get(tenantId: string, issueId: string): Promise<IssueRow> {
    const row = await this.db.asTenant(tenantId, (tx) =>
      tx.one<IssueRow>(`SELECT ${ISSUE_COLUMNS} FROM intake_issue i ${ISSUE_JOINS} WHERE i.tenant_id = $1 AND i.issue_id = $2`, [
        tenantId,
        issueId,
      ]),
    );
    if (row === undefined) throw issueErrors.unknown({ issueId });
    return row;
  }
}
