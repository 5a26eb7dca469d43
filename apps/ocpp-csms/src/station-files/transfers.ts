import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { ObjectStore } from '@ampline/platform-object-store';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { stationFileErrors } from './errors.js';
import type { Link } from './links.js';
import { imageKey, stationFilePrefix } from './object-keys.js';

/** Marks a link as used and its file as arrived, if no other transfer was first. */
const ARRIVED = `
  WITH used AS (UPDATE file_link SET used_at = $2 WHERE link_id = $1 AND used_at IS NULL RETURNING file_id)
  UPDATE station_file f SET state = 'arrived', reason = NULL, arrived_at = $2, file_name = coalesce($3, f.file_name), size_bytes = $4,
         sha256 = $5, object_key = $6
    FROM used WHERE f.file_id = used.file_id AND f.state <> 'deleted' RETURNING f.file_id`;

/** Bytes between stations and the object store, as they come: no file is ever held in memory. */
export class Transfers {
  constructor(
    private readonly database: Database,
    private readonly objects: ObjectStore,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * Takes what a station sends. A body that fails leaves everything as it was, so that the station may try again.
   * Throws `csms.station-files.link-unusable`, `csms.station-files.too-large`, `csms.station-files.empty`.
   * @param fileName as the station names it; undefined: it does not
   */
  async take(link: Link, fileName: string | undefined, body: AsyncIterable<Uint8Array>): Promise<void> {
    if (link.target.kind !== 'upload') throw stationFileErrors.linkUnusable();
    const { fileId } = link.target;
    await this.database.query(`UPDATE station_file SET state = 'uploading' WHERE file_id = $1 AND state = 'requested'`, [fileId]);
    const key = `${stationFilePrefix(link.tenantId, fileId)}${uuidv7()}`;
    const measured = measure(body, link.maxBytes);
    await this.objects.put(key, Readable.from(measured.bytes));
    const { sizeBytes, sha256 } = measured.result();
    try {
      if (sizeBytes === 0) throw stationFileErrors.empty();
      const values = [link.linkId, this.clock.now(), fileName ?? null, sizeBytes, sha256, key];
      const [arrived] = await this.database.query(ARRIVED, values);
      if (!arrived) throw stationFileErrors.linkUnusable();
    } catch (error) {
      await this.objects.delete(key);
      throw error;
    }
    this.telemetry.logger.info('station-file.arrived', { stationId: link.stationId, fileId, sizeBytes });
  }

  /**
   * Bytes of the image that a station fetches. Throws `csms.station-files.link-unusable`.
   * @param range first and last byte, both included
   */
  async give(link: Link, range: { start: number; end?: number } = { start: 0 }): Promise<Readable> {
    if (link.target.kind !== 'download') throw stationFileErrors.linkUnusable();
    const stored = await this.objects.get(imageKey(link.tenantId, link.target.imageId), { range });
    if (!stored) throw stationFileErrors.linkUnusable();
    return stored.body;
  }
}

/** The same bytes, counted and hashed on their way; fails with `csms.station-files.too-large` at the first byte too many. */
export function measure(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): { bytes: AsyncIterable<Uint8Array>; result: () => { sizeBytes: number; sha256: Buffer } } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw stationFileErrors.tooLarge({ maxBytes });
      hash.update(chunk);
      yield chunk;
    }
  }
  return { bytes: bytes(), result: () => ({ sizeBytes, sha256: hash.digest() }) };
}
