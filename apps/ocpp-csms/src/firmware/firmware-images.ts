import { Readable } from 'node:stream';
import { FirmwareImageSchema, type FirmwareImage } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { ObjectStore } from '@ampline/platform-object-store';
import { keyset, uniqueViolation, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { tenantSlug } from '../projections/tenant-slug.js';
import { imageKey, imagePrefix } from '../station-files/object-keys.js';
import { measure } from '../station-files/transfers.js';
import type { Asking } from '../stations/stations.store.js';
import { firmwareErrors } from './errors.js';

export interface ImageAnnounced {
  vendor: string;
  model: string;
  version: string;
  fileName: string;
  sizeBytes: number;
  /** Undefined: not checked. */
  sha256: Buffer | undefined;
  /** Both or none. */
  signature: string | null;
  signingCertificate: string | null;
}

/** A row of `firmware_image`, as {@link IMAGE_COLUMNS} select it. */
export interface ImageRow {
  image_id: string;
  tenant_id: string;
  vendor: string;
  model: string;
  version: string;
  file_name: string;
  size_bytes: bigint;
  sha256: Buffer | null;
  signature: string | null;
  signing_certificate: string | null;
  image_state: 'uploading' | 'available' | 'retired';
  uploaded_by: string;
  uploaded_at: Date;
}

/** Over the alias `i`. */
export const IMAGE_COLUMNS = `i.image_id, i.tenant_id, i.vendor, i.model, i.version, i.file_name, i.size_bytes, i.sha256, i.signature,
  i.signing_certificate, i.state AS image_state, i.uploaded_by, i.uploaded_at`;

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'uploaded_at', type: 'timestamptz' },
    { name: 'image_id', type: 'uuid' },
  ],
  direction: 'desc',
};

/** Firmware images, of one tenant each. Their parts lie in the object store until they are put together, so that any replica takes each. */
export class FirmwareImages {
  constructor(
    private readonly database: Database,
    private readonly objects: ObjectStore,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly maxBytes: number,
  ) {}

  /** Throws `csms.firmware.image-too-large`, `csms.firmware.image-version-taken`. */
  async begin({ tenantId, caller }: Asking, image: ImageAnnounced): Promise<string> {
    if (image.sizeBytes > this.maxBytes) throw firmwareErrors.imageTooLarge({ maxBytes: this.maxBytes });
    const imageId = uuidv7();
    await this.database.asTenant(tenantId, async (tx) => {
      const taken = await tx.one(
        `SELECT 1 FROM firmware_image WHERE lower(vendor) = lower($1) AND lower(model) = lower($2) AND version = $3 AND state = 'available'`,
        [image.vendor, image.model, image.version],
      );
      if (taken) throw firmwareErrors.imageVersionTaken();
      await tx.query(
        `INSERT INTO firmware_image (image_id, tenant_id, vendor, model, version, file_name, size_bytes, sha256, signature,
           signing_certificate, state, uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'uploading', $11, $12)`,
        [
          ...[imageId, tenantId, image.vendor, image.model, image.version, image.fileName, image.sizeBytes, image.sha256 ?? null],
          ...[image.signature, image.signingCertificate, caller.subject, this.clock.now()],
        ],
      );
    });
    return imageId;
  }

  /** Throws `csms.firmware.image-unknown`. */
  async append(tenantId: string, imageId: string, part: number, content: Uint8Array): Promise<void> {
    await this.uploading(tenantId, imageId);
    await this.objects.put(partKey(tenantId, imageId, part), content);
  }

  /** Throws `csms.firmware.image-unknown`, `csms.firmware.image-differs`, `csms.firmware.image-version-taken`. */
  async finish(asking: Asking, imageId: string, parts: number): Promise<FirmwareImage> {
    const { tenantId } = asking;
    const row = await this.uploading(tenantId, imageId);
    const measured = measure(this.partsOf(tenantId, imageId, parts), Number(row.size_bytes));
    await this.objects.put(imageKey(tenantId, imageId), Readable.from(measured.bytes));
    const { sizeBytes, sha256 } = measured.result();
    if (sizeBytes !== Number(row.size_bytes) || (row.sha256 && !row.sha256.equals(sha256))) throw firmwareErrors.imageDiffers();
    const available = await this.makeAvailable(asking, imageId, sha256);
    for (let part = 0; part < parts; part++) await this.objects.delete(partKey(tenantId, imageId, part));
    return imageMessage(available);
  }

  /** Newest first; one more than the page holds. */
  async list(tenantId: string, includeRetired: boolean, page: Page): Promise<{ key: KeysetValue[]; item: FirmwareImage }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 4);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<ImageRow & { uploaded_text: string }>(
        `SELECT ${IMAGE_COLUMNS}, uploaded_at::text AS uploaded_text FROM firmware_image i
         WHERE tenant_id = $1 AND (state = 'available' OR ($2 AND state = 'retired')) AND ${at.where} ORDER BY ${at.orderBy} LIMIT $3`,
        [tenantId, includeRetired, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.uploaded_text, row.image_id], item: imageMessage(row) }));
  }

  /** Throws `csms.firmware.image-unknown`, `csms.firmware.image-in-use`. */
  retire(asking: Asking, imageId: string): Promise<FirmwareImage> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const row = await tx.one<ImageRow>(
        `SELECT ${IMAGE_COLUMNS} FROM firmware_image i WHERE image_id = $1 AND state <> 'uploading' FOR UPDATE`,
        [imageId],
      );
      if (!row) throw firmwareErrors.imageUnknown();
      if (row.image_state === 'retired') return imageMessage(row);
      const needed = await tx.one(`SELECT 1 FROM firmware_campaign WHERE image_id = $1 AND state NOT IN ('completed', 'aborted') LIMIT 1`, [
        imageId,
      ]);
      if (needed) throw firmwareErrors.imageInUse();
      await tx.query(`UPDATE firmware_image SET state = 'retired' WHERE image_id = $1`, [imageId]);
      await this.record(tx, asking, row, 'firmware-image.retired');
      return imageMessage({ ...row, image_state: 'retired' });
    });
  }

  /** Deletes what no station fetches any more: retired images, and uploads that were given up a day ago. */
  async deleteUnused(): Promise<void> {
    const abandoned = await this.database.query<ImageRow>(
      `SELECT ${IMAGE_COLUMNS} FROM firmware_image i WHERE state = 'uploading' AND uploaded_at < $1::timestamptz - interval '1 day'`,
      [this.clock.now()],
    );
    const retired = await this.database.query<ImageRow>(
      `SELECT ${IMAGE_COLUMNS} FROM firmware_image i WHERE state = 'retired'
         AND NOT EXISTS (SELECT FROM file_link l WHERE l.image_id = i.image_id)`,
    );
    for (const { tenant_id: tenantId, image_id: imageId } of [...abandoned, ...retired]) {
      for await (const { key } of this.objects.list(imagePrefix(tenantId, imageId))) await this.objects.delete(key);
    }
    const ids = abandoned.map((row) => row.image_id);
    await this.database.query(`DELETE FROM firmware_image WHERE image_id = ANY($1) AND state = 'uploading'`, [ids]);
  }

  private async makeAvailable(asking: Asking, imageId: string, sha256: Buffer): Promise<ImageRow> {
    try {
      return await this.database.asTenant(asking.tenantId, async (tx) => {
        const row = await tx.one<ImageRow>(
          `UPDATE firmware_image i SET state = 'available', sha256 = $2, uploaded_at = $3 WHERE image_id = $1 AND state = 'uploading'
           RETURNING ${IMAGE_COLUMNS}`,
          [imageId, sha256, this.clock.now()],
        );
        if (!row) throw firmwareErrors.imageUnknown();
        await this.record(tx, asking, row, 'firmware-image.uploaded');
        return row;
      });
    } catch (error) {
      if (uniqueViolation(error) === 'firmware_image_version') throw firmwareErrors.imageVersionTaken();
      throw error;
    }
  }

  private async uploading(tenantId: string, imageId: string): Promise<ImageRow> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<ImageRow>(`SELECT ${IMAGE_COLUMNS} FROM firmware_image i WHERE image_id = $1 AND state = 'uploading'`, [imageId]),
    );
    if (!row) throw firmwareErrors.imageUnknown();
    return row;
  }

  private async *partsOf(tenantId: string, imageId: string, parts: number): AsyncGenerator<Uint8Array> {
    for (let part = 0; part < parts; part++) {
      const stored = await this.objects.get(partKey(tenantId, imageId, part));
      if (!stored) throw firmwareErrors.imageDiffers({ part });
      yield* stored.body as AsyncIterable<Uint8Array>;
    }
  }

  private async record(tx: Tx, { caller, tenantId }: Asking, row: ImageRow, action: string): Promise<void> {
    const entity = { type: 'firmware-image', id: row.image_id, name: `${row.vendor} ${row.model} ${row.version}`.replace('  ', ' ') };
    await this.audit.record(tx, { caller, tenantId, tenant: await tenantSlug(tx, tenantId), action, entity });
  }
}

function partKey(tenantId: string, imageId: string, part: number): string {
  return `${imagePrefix(tenantId, imageId)}part-${String(part).padStart(7, '0')}`;
}

export function imageMessage(row: ImageRow): FirmwareImage {
  return create(FirmwareImageSchema, {
    imageId: row.image_id,
    vendor: row.vendor,
    model: row.model,
    version: row.version,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    sha256: row.sha256?.toString('hex') ?? '',
    signed: row.signature !== null,
    retired: row.image_state === 'retired',
    uploadedBy: row.uploaded_by,
    uploadedAt: timestampFromDate(row.uploaded_at),
  });
}
