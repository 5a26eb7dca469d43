import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Endpoints, Transfer } from './endpoints.js';
import { isSecret, newLinkSecret, secretHash } from './link-secret.js';

/** What a station is given an address for. */
export interface LinkWanted {
  tenantId: string;
  stationId: string;
  /** The file that it sends, or the image that it fetches. */
  target: { fileId: string } | { imageId: string; fileName: string };
  transfer: Transfer | null;
  maxBytes: number;
  expiresAt: Date;
}

/** A link that is known, has not expired and has not been used up. */
export interface Link {
  linkId: string;
  tenantId: string;
  stationId: string;
  maxBytes: number;
  expiresAt: Date;
  target: { kind: 'upload'; fileId: string } | { kind: 'download'; imageId: string; fileName: string; sizeBytes: number };
}

interface Row {
  link_id: string;
  tenant_id: string;
  station_id: string;
  token_hash: Buffer;
  ftp_password_hash: Buffer;
  max_bytes: bigint;
  expires_at: Date;
  file_id: string | null;
  image_id: string | null;
  file_name: string | null;
  size_bytes: bigint | null;
}

const USABLE = `
  SELECT l.link_id, l.tenant_id, l.station_id, l.token_hash, l.ftp_password_hash, l.max_bytes, l.expires_at, l.file_id, l.image_id,
         i.file_name, i.size_bytes
    FROM file_link l LEFT JOIN firmware_image i USING (image_id)
   WHERE l.expires_at > $2 AND l.used_at IS NULL AND`;

/** Addresses that one station may use in one direction until they expire, however it comes: by HTTP with the path, by FTP with the password. */
export class Links {
  constructor(
    private readonly database: Database,
    private readonly endpoints: Endpoints,
    private readonly clock: Clock,
  ) {}

  /** Makes a link in `tx` and answers its URL, which is kept nowhere. Throws `csms.station-files.transfer-off`. */
  async make(tx: Tx, wanted: LinkWanted): Promise<string> {
    const secret = newLinkSecret();
    const { target } = wanted;
    const [fileId, imageId, fileName] = 'fileId' in target ? [target.fileId, null, ''] : [null, target.imageId, target.fileName];
    const url = this.endpoints.url(wanted.transfer, secret, fileName);
    await tx.query(
      `INSERT INTO file_link (link_id, tenant_id, station_id, token_hash, ftp_user, ftp_password_hash, file_id, image_id, max_bytes, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[uuidv7(), wanted.tenantId, wanted.stationId, secretHash(secret.token), secret.ftpUser, secretHash(secret.ftpPassword)],
        ...[fileId, imageId, wanted.maxBytes, wanted.expiresAt],
      ],
    );
    return url;
  }

  async byToken(token: string): Promise<Link | undefined> {
    const [row] = await this.database.query<Row>(`${USABLE} l.token_hash = $1`, [secretHash(token), this.clock.now()]);
    return row && linkOf(row);
  }

  async byFtpUser(user: string, password: string): Promise<FtpLink | undefined> {
    const [row] = await this.database.query<Row>(`${USABLE} l.ftp_user = $1`, [user, this.clock.now()]);
    if (!row || !isSecret(password, row.ftp_password_hash)) return undefined;
    return { link: linkOf(row), isToken: (token) => isSecret(token, row.token_hash) };
  }
}

/** A link that somebody has logged in to. */
export interface FtpLink {
  link: Link;
  /** Whether a path segment is the link's own. */
  isToken: (token: string) => boolean;
}

function linkOf(row: Row): Link {
  return {
    linkId: row.link_id,
    tenantId: row.tenant_id,
    stationId: row.station_id,
    maxBytes: Number(row.max_bytes),
    expiresAt: row.expires_at,
    target:
      row.file_id === null
        ? { kind: 'download', imageId: row.image_id ?? '', fileName: row.file_name ?? '', sizeBytes: Number(row.size_bytes) }
        : { kind: 'upload', fileId: row.file_id },
  };
}
