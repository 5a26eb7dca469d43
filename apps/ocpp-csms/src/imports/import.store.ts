import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import type { ImportKind } from './domain/columns.js';
import type { ImportEffect } from './domain/plan.js';
import { problem, type ProblemCode } from './domain/problem.js';
import { importErrors } from './errors.js';
import { IMPORT_COLUMNS, type ImportRecord, type StoredImportRow } from './import-row.js';

const MOST_BYTES = 10 * 1_024 * 1_024;

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'created_at', type: 'timestamptz' },
    { name: 'import_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const BY_NUMBER: KeysetOrder = { columns: [{ name: 'number', type: 'bigint' }], direction: 'asc' };

const FIND = `SELECT ${IMPORT_COLUMNS} FROM bulk_import i WHERE import_id = $1 AND state <> 'uploading'`;
const PUT_PART = `
  INSERT INTO bulk_import_part (import_id, tenant_id, part, content)
  SELECT import_id, tenant_id, $2, $3 FROM bulk_import WHERE import_id = $1 AND state = 'uploading'
  ON CONFLICT (import_id, part) DO UPDATE SET content = excluded.content RETURNING part`;
const ARRIVED = `SELECT coalesce(sum(length(content)), 0)::int AS bytes, count(*)::int AS parts, coalesce(max(part) + 1, 0) AS last
  FROM bulk_import_part WHERE import_id = $1`;
const SETTLE = `
  UPDATE bulk_import_row r SET settled = true, effect = s.effect, problems = CASE WHEN s.effect = 'error' THEN s.problems ELSE r.problems END
    FROM jsonb_to_recordset($2::jsonb) AS s (number int, effect text, problems jsonb)
   WHERE r.import_id = $1 AND r.number = s.number AND NOT r.settled`;
const COMPLETE = `
  UPDATE bulk_import SET state = 'applied', completed_at = $2 WHERE import_id = $1 AND state = 'applying'
     AND NOT EXISTS (SELECT FROM bulk_import_row WHERE import_id = $1 AND NOT settled)`;

/** What another service made of a row. */
export interface SettledElsewhere {
  number: number;
  effect: ImportEffect;
  code: ProblemCode | undefined;
}

/** Imports as people upload, apply and look at them. Each method sees the rows of its tenant alone. */
export class ImportStore {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.import.too-large`. */
  async begin({ tenantId, caller }: Asking, file: { kind: ImportKind; fileName: string; sizeBytes: number }): Promise<string> {
    if (file.sizeBytes > MOST_BYTES) throw importErrors.tooLarge({ maxBytes: MOST_BYTES });
    const importId = uuidv7();
    await this.database.asTenant(tenantId, (tx) =>
      tx.query(
        `INSERT INTO bulk_import (import_id, tenant_id, kind, state, file_name, size_bytes, created_by, created_at)
         VALUES ($1, $2, $3, 'uploading', $4, $5, $6, $7)`,
        [importId, tenantId, file.kind, file.fileName, file.sizeBytes, caller.subject, this.clock.now()],
      ),
    );
    return importId;
  }

  /** Throws `csms.import.unknown`. */
  async append(tenantId: string, importId: string, part: number, content: Uint8Array): Promise<void> {
    const stored = await this.database.asTenant(tenantId, (tx) => tx.query(PUT_PART, [importId, part, Buffer.from(content)]));
    if (stored.length === 0) throw importErrors.unknown();
  }

  /** Has the file read; does not wait for it. Throws `csms.import.unknown`, `csms.import.incomplete`. */
  check(tenantId: string, importId: string): Promise<ImportRecord> {
    return this.database.asTenant(tenantId, async (tx) => {
      const file = await tx.one<{ size_bytes: number }>(
        `SELECT size_bytes FROM bulk_import WHERE import_id = $1 AND state = 'uploading' FOR UPDATE`,
        [importId],
      );
      if (!file) throw importErrors.unknown();
      const arrived = await tx.one<{ bytes: number; parts: number; last: number }>(ARRIVED, [importId]);
      if (arrived?.bytes !== file.size_bytes || arrived.parts !== arrived.last) throw importErrors.incomplete();
      await tx.query(`UPDATE bulk_import SET state = 'checking' WHERE import_id = $1`, [importId]);
      return this.find(tx, importId);
    });
  }

  /** Has it written; does not wait for it. Throws `csms.import.*`. */
  apply(asking: Asking, importId: string, onlyGood: boolean): Promise<ImportRecord> {
    const { tenantId, caller } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      await tx.query('SELECT 1 FROM bulk_import WHERE import_id = $1 FOR UPDATE', [importId]);
      const row = await this.find(tx, importId);
      if (row.state !== 'checked') throw importErrors.notChecked({ state: row.state });
      const { create, change, error } = row.counts;
      if (error > 0 && !onlyGood) throw importErrors.hasErrors({ rows: error });
      if (create + change === 0) throw importErrors.nothingToDo();
      const { subject, kind, name, actor, roles } = caller;
      await tx.query(`UPDATE bulk_import SET state = 'applying', applied_at = $2, applied_by = $3 WHERE import_id = $1`, [
        importId,
        this.clock.now(),
        JSON.stringify({ subject, kind, name, actor, roles }),
      ]);
      // Nothing becomes of them; whoever looks sees what is still to come.
      await tx.query(`UPDATE bulk_import_row SET settled = true WHERE import_id = $1 AND effect IN ('keep', 'error')`, [importId]);
      await this.audit.record(tx, {
        ...{ caller, tenantId, tenant: await tenantSlug(tx, tenantId), action: 'import.applied' },
        entity: { type: 'import', id: importId, name: row.file_name },
        detail: { kind: row.kind, create, change, leftOut: error },
      });
      return this.find(tx, importId);
    });
  }

  /** Notes what another service has made of rows. Throws `csms.import.unknown`, `csms.import.not-checked`. */
  settle(tenantId: string, importId: string, rows: readonly SettledElsewhere[]): Promise<ImportRecord> {
    return this.database.asTenant(tenantId, async (tx) => {
      const row = await this.find(tx, importId);
      if (row.kind !== 'id-tokens' || row.state !== 'applying') throw importErrors.notChecked({ state: row.state });
      const settled = rows.map(({ number, effect, code }) => ({ number, effect, problems: code ? [problem(code, '')] : [] }));
      await tx.query(SETTLE, [importId, JSON.stringify(settled)]);
      await tx.query(COMPLETE, [importId, this.clock.now()]);
      return this.find(tx, importId);
    });
  }

  /** Throws `csms.import.unknown`. */
  get(tenantId: string, importId: string): Promise<ImportRecord> {
    return this.database.asTenant(tenantId, (tx) => this.find(tx, importId));
  }

  /** Newest first; one more than the page holds. */
  async list(tenantId: string, page: Page): Promise<{ key: KeysetValue[]; row: ImportRecord }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 3);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<ImportRecord & { created_text: string }>(
        `SELECT ${IMPORT_COLUMNS}, created_at::text AS created_text FROM bulk_import i
          WHERE tenant_id = $1 AND state <> 'uploading' AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [tenantId, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.created_text, row.import_id], row }));
  }

  /** In the order of the file; one more than the page holds. Throws `csms.import.unknown`. */
  rows(
    tenantId: string,
    filter: { importId: string; effect: ImportEffect | undefined; openOnly: boolean },
    page: Page,
  ): Promise<StoredImportRow[]> {
    const at = keyset(BY_NUMBER, page.cursor, 5);
    return this.database.asTenant(tenantId, async (tx) => {
      await this.find(tx, filter.importId);
      return tx.query<StoredImportRow>(
        `SELECT number, group_number, subject, cells, effect, problems, changes, settled FROM bulk_import_row
          WHERE import_id = $1 AND effect IS NOT NULL AND ($2::text IS NULL OR effect = $2) AND NOT ($3 AND settled) AND ${at.where}
          ORDER BY ${at.orderBy} LIMIT $4`,
        [filter.importId, filter.effect ?? null, filter.openOnly, page.limit + 1, ...at.params],
      );
    });
  }

  /** Uploads that were given up a day ago. */
  async deleteAbandoned(): Promise<void> {
    await this.database.query(`DELETE FROM bulk_import WHERE state = 'uploading' AND created_at < $1::timestamptz - interval '1 day'`, [
      this.clock.now(),
    ]);
  }

  private async find(tx: Tx, importId: string): Promise<ImportRecord> {
    const row = await tx.one<ImportRecord>(FIND, [importId]);
    if (!row) throw importErrors.unknown();
    return row;
  }
}
