import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { ObjectStore } from '@ampline/platform-object-store';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import type { Asking } from '../stations/stations.store.js';
import { stationFileErrors } from './errors.js';
import { stationFilePrefix } from './object-keys.js';
import { FILE_COLUMNS, type FileRow } from './station-file-row.js';

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'requested_at', type: 'timestamptz' },
    { name: 'file_id', type: 'uuid' },
  ],
  direction: 'desc',
};

/** So much of a file one answer holds. */
export const PART_BYTES = 1_048_576;

/** Files of stations, of one tenant each. */
export class StationFileStore {
  constructor(
    private readonly database: Database,
    private readonly objects: ObjectStore,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.station-files.file-unknown`. */
  async get(tenantId: string, fileId: string): Promise<FileRow> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<FileRow>(`SELECT ${FILE_COLUMNS} FROM station_file WHERE file_id = $1`, [fileId]),
    );
    if (!row) throw stationFileErrors.fileUnknown();
    return row;
  }

  /** Newest first; one more than the page holds. Throws `csms.station-unknown`. */
  async list(tenantId: string, stationId: string, page: Page): Promise<{ key: KeysetValue[]; row: FileRow }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 3);
    const rows = await this.database.asTenant(tenantId, async (tx) => {
      if (!(await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]))) throw csmsErrors.stationUnknown();
      return tx.query<FileRow & { requested_text: string }>(
        `SELECT ${FILE_COLUMNS}, requested_at::text AS requested_text FROM station_file
         WHERE station_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [stationId, page.limit + 1, ...at.params],
      );
    });
    return rows.map((row) => ({ key: [row.requested_text, row.file_id], row }));
  }

  /** Throws `csms.station-files.file-unknown`, `csms.station-files.file-absent`. */
  async read(asking: Asking, fileId: string, offset: number): Promise<Uint8Array> {
    const row = await this.get(asking.tenantId, fileId);
    if (row.state !== 'arrived' || row.object_key === null) throw stationFileErrors.fileAbsent();
    // Whoever takes a file away is recorded once, at its begin.
    if (offset === 0) await this.record(asking, row, 'station-file.read');
    const stored = await this.objects.get(row.object_key, { range: { start: offset, end: offset + PART_BYTES - 1 } });
    if (!stored) throw stationFileErrors.fileAbsent();
    const chunks: Uint8Array[] = [];
    for await (const chunk of stored.body) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }

  /** Throws `csms.station-files.file-unknown`. */
  async delete(asking: Asking, fileId: string): Promise<FileRow> {
    const before = await this.get(asking.tenantId, fileId);
    if (before.state === 'deleted') return before;
    const row = await this.database.asTenant(asking.tenantId, (tx) =>
      tx.one<FileRow>(
        `UPDATE station_file SET state = 'deleted', deleted_at = $2, object_key = NULL WHERE file_id = $1 RETURNING ${FILE_COLUMNS}`,
        [fileId, this.clock.now()],
      ),
    );
    for await (const { key } of this.objects.list(stationFilePrefix(asking.tenantId, fileId))) await this.objects.delete(key);
    await this.record(asking, before, 'station-file.deleted');
    return row ?? before;
  }

  private async record({ caller, tenantId }: Asking, row: FileRow, action: string): Promise<void> {
    await this.database.asTenant(tenantId, async (tx) => {
      const station = await tx.one<{ slug: string; identity: string }>(
        'SELECT t.slug, s.identity FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1',
        [row.station_id],
      );
      const entity = { type: 'charging-station', id: row.station_id, name: station?.identity ?? '' };
      await this.audit.record(tx, { caller, tenantId, tenant: station?.slug ?? '', action, entity, detail: { fileId: row.file_id } });
    });
  }
}
