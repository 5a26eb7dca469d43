import type { AuditEntry } from '@ampline/contracts';
import { keyset, pageFrom, type Database, type KeysetOrder, type Page } from '@ampline/platform-postgres';
import { auditEntry, type AuditRow } from './audit.mapping.js';

/** Which entries; what is left out does not limit. */
export interface AuditFilter {
  /** Words that stand in the action, the names or the details, as in a web search. */
  text?: string;
  actorId?: string;
  /** The action or its beginning. */
  action?: string;
  entityType?: string;
  entityId?: string;
  from?: Date;
  /** Exclusive. */
  before?: Date;
}

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'at', type: 'timestamptz' },
    { name: 'audit_id', type: 'uuid' },
  ],
  direction: 'desc',
};

const COLUMNS = `at, audit_id, tenant_id, context, actor_kind, actor_id, actor_name, actor_via, action, entity_type, entity_id, entity_name,
  detail, trace_id`;

/** The audit log of a tenant, read. */
export class AuditLog {
  constructor(private readonly database: Database) {}

  /** Newest first. Throws `database.bad-cursor`. */
  search(tenantId: string, filter: AuditFilter, page: Page): Promise<{ rows: AuditEntry[]; page: { nextCursor: string } }> {
    const selected = conditions(filter);
    const after = keyset(NEWEST_FIRST, page.cursor, selected.params.length + 1);
    const sql = `SELECT ${COLUMNS} FROM audit_entry WHERE ${selected.where} AND ${after.where} ORDER BY ${after.orderBy} LIMIT ${page.limit + 1}`;
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<AuditRow>(sql, [...selected.params, ...after.params]);
      // Deeds are recorded to the millisecond, so a Date loses nothing.
      const shown = pageFrom(rows, page, (row) => [row.at.toISOString(), row.audit_id]);
      return { rows: shown.rows.map(auditEntry), page: shown.page };
    });
  }
}

function conditions(filter: AuditFilter): { where: string; params: unknown[] } {
  const params: unknown[] = [];
  const place = (value: unknown) => `$${params.push(value)}`;
  const parts = [
    filter.text && `words @@ websearch_to_tsquery('simple', ${place(filter.text)})`,
    filter.actorId && `actor_id = ${place(filter.actorId)}`,
    filter.action && `starts_with(action, ${place(filter.action)})`,
    filter.entityType && `entity_type = ${place(filter.entityType)}`,
    filter.entityId && `entity_id = ${place(filter.entityId)}`,
    filter.from && `at >= ${place(filter.from)}`,
    filter.before && `at < ${place(filter.before)}`,
  ].filter((part) => part !== undefined && part !== '');
  return { where: parts.length > 0 ? parts.join(' AND ') : 'true', params };
}
