import type { Clock } from '@ampline/kernel-time';
import type { ObjectStore } from '@ampline/platform-object-store';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { stationFilePrefix } from './object-keys.js';

const MOST_AT_ONCE = 200;
/** Links are kept for a while after their end: a transfer that has begun may run on. */
const LINK_GRACE = '1 day';

/** Ends what is waited for in vain, and deletes the bytes that have been kept for long enough. */
export class FileUpkeep {
  constructor(
    private readonly database: Database,
    private readonly objects: ObjectStore,
    private readonly clock: Clock,
    private readonly retentionDays: number,
    private readonly telemetry: Telemetry,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.database.query(
      `UPDATE station_file SET state = 'failed', reason = coalesce(reason, 'expired') WHERE state IN ('requested', 'uploading') AND expires_at < $1`,
      [now],
    );
    await this.database.query(`DELETE FROM file_link WHERE expires_at < $1::timestamptz - interval '${LINK_GRACE}'`, [now]);
    for (let more = true; more && !signal.aborted;) more = await this.deleteOld(now);
  }

  /** The row says so first: a file whose bytes are gone is never offered. */
  private async deleteOld(now: Date): Promise<boolean> {
    const old = await this.database.query<{ file_id: string; tenant_id: string }>(
      `UPDATE station_file SET state = 'deleted', deleted_at = $1, object_key = NULL WHERE file_id IN (
         SELECT file_id FROM station_file
          WHERE state IN ('arrived', 'failed') AND coalesce(arrived_at, expires_at) < $1::timestamptz - $2 * interval '1 day' LIMIT ${MOST_AT_ONCE})
       RETURNING file_id, tenant_id`,
      [now, this.retentionDays],
    );
    for (const { file_id: fileId, tenant_id: tenantId } of old) {
      for await (const { key } of this.objects.list(stationFilePrefix(tenantId, fileId))) await this.objects.delete(key);
    }
    if (old.length > 0) this.telemetry.logger.info('station-file.deleted', { files: old.length });
    return old.length === MOST_AT_ONCE;
  }
}
