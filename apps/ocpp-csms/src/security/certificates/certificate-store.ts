import { X509Certificate } from 'node:crypto';
import { StationPathSubject, type Revocation } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Bus } from '@ampline/platform-nats';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import type { Asking } from '../../stations/stations.store.js';
import { securityErrors } from '../errors.js';
import { CERTIFICATE_COLUMNS, REQUEST_COLUMNS, type CertificateRow, type RequestRow } from './certificate-rows.js';
import { storeCertificate } from './certificate-signing.js';
import type { ClientCertificates } from './client-certificates.js';
import { publicKeyOf } from './csr.js';
import { pemOf, readPem } from './x509.js';

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'asked_at', type: 'timestamptz' },
    { name: 'request_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const ENDING_FIRST: KeysetOrder = {
  columns: [
    { name: 'not_after', type: 'timestamptz' },
    { name: 'certificate_id', type: 'uuid' },
  ],
  direction: 'asc',
};

/** Certificate requests and client certificates, as people see and change them. */
export class CertificateStore {
  constructor(
    private readonly database: Database,
    private readonly judge: ClientCertificates,
    private readonly audit: AuditTrail,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** Newest first, one more than the page holds. */
  async requests(
    tenantId: string,
    filter: { stationId: string | undefined; state: RequestRow['state'] | undefined },
    page: Page,
  ): Promise<{ key: KeysetValue[]; row: RequestRow }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 5);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<RequestRow & { asked_text: string }>(
        `WITH r AS (
           SELECT *, asked_at::text AS asked_text FROM certificate_request
            WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id = $2) AND ($3::text IS NULL OR state = $3) AND ${at.where}
            ORDER BY ${at.orderBy} LIMIT $4)
         SELECT ${REQUEST_COLUMNS}, r.asked_text FROM r JOIN charging_station s USING (station_id) ORDER BY r.asked_at DESC, r.request_id DESC`,
        [tenantId, filter.stationId ?? null, filter.state ?? null, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.asked_text, row.request_id], row }));
  }

  /** Those that end first first, one more than the page holds. @param filter.endsBefore of those in use alone */
  async certificates(
    tenantId: string,
    filter: { stationId: string | undefined; endsBefore: Date | undefined },
    page: Page,
  ): Promise<{ key: KeysetValue[]; row: CertificateRow }[]> {
    const at = keyset(ENDING_FIRST, page.cursor, 5);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<CertificateRow & { end_text: string }>(
        `WITH c AS (
           SELECT *, not_after::text AS end_text FROM station_certificate
            WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id = $2)
              AND ($3::timestamptz IS NULL OR (state = 'accepted' AND not_after < $3)) AND ${at.where}
            ORDER BY ${at.orderBy} LIMIT $4)
         SELECT ${CERTIFICATE_COLUMNS}, c.end_text FROM c JOIN charging_station s USING (station_id) ORDER BY c.not_after, c.certificate_id`,
        [tenantId, filter.stationId ?? null, filter.endsBefore ?? null, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.end_text, row.certificate_id], row }));
  }

  /**
   * Takes the certificate that another authority has issued for a request; it is brought to the station. Throws
   * `csms.security.request-unknown`, `csms.security.request-decided`, `csms.security.certificate-unreadable`,
   * `csms.security.certificate-unfit`.
   */
  async upload(asking: Asking, requestId: string, text: string): Promise<CertificateRow> {
    const { tenantId } = asking;
    const chain = readPem(text);
    const [leaf] = chain;
    if (leaf === undefined) throw securityErrors.certificateUnreadable();
    const request = await this.database.asTenant(tenantId, (tx) => this.request(tx, requestId));
    if (request.state !== 'waiting') throw securityErrors.requestDecided({ state: request.state });
    const own = new X509Certificate(Buffer.from(leaf.rawData));
    if (!sameKey(own, request.csr)) throw securityErrors.certificateUnfit({ reason: 'certificate-of-another-key' });
    const shown = chain.map(({ rawData }) => Buffer.from(rawData).toString('base64'));
    const judged = await this.judge.judge(tenantId, request.identity, shown);
    if (!judged.ok) throw securityErrors.certificateUnfit({ reason: judged.reason, detail: judged.detail });
    return this.database.asTenant(tenantId, async (tx) => {
      const answer = { request_id: requestId, tenant_id: tenantId, station_id: request.station_id, chain: chain.map(pemOf).join('') };
      const certificateId = await storeCertificate(tx, { ...answer, now: this.clock.now() });
      if (certificateId === undefined) throw securityErrors.requestDecided();
      const row = await this.certificate(tx, certificateId);
      await this.record(tx, asking, row, 'uploaded', { serialNumber: row.serial_number });
      return row;
    });
  }

  /** From now on it opens no connection; one that it opened is closed. Throws `csms.security.certificate-unknown`, `csms.security.certificate-revoked`. */
  revoke(asking: Asking, certificateId: string, reason: string): Promise<CertificateRow> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const before = await this.certificate(tx, certificateId);
      if (before.state === 'revoked') throw securityErrors.certificateRevoked();
      await tx.query(`UPDATE station_certificate SET state = 'revoked', due_at = NULL WHERE certificate_id = $1`, [certificateId]);
      await tx.query(
        `INSERT INTO revoked_certificate (tenant_id, sha256, serial_number, issuer, reason, revoked_at, revoked_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
        [asking.tenantId, before.sha256, before.serial_number, before.issuer, reason, this.clock.now(), asking.caller.subject],
      );
      const row = await this.certificate(tx, certificateId);
      const tenant = await this.record(tx, asking, row, 'revoked', { serialNumber: row.serial_number, reason });
      const connected = await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1 AND connection_certificate = $2', [
        row.station_id,
        row.sha256,
      ]);
      const body: Revocation = { disconnect: connected !== undefined };
      tx.onCommit(() => this.bus.publish(StationPathSubject.revoke(tenant, row.identity), JSON.stringify(body)));
      return row;
    });
  }

  private async request(tx: Tx, requestId: string): Promise<RequestRow> {
    const row = await tx.one<RequestRow>(
      `SELECT ${REQUEST_COLUMNS} FROM certificate_request r JOIN charging_station s USING (station_id) WHERE r.request_id = $1`,
      [requestId],
    );
    if (!row) throw securityErrors.requestUnknown();
    return row;
  }

  private async certificate(tx: Tx, certificateId: string): Promise<CertificateRow> {
    const row = await tx.one<CertificateRow>(
      `SELECT ${CERTIFICATE_COLUMNS} FROM station_certificate c JOIN charging_station s USING (station_id) WHERE c.certificate_id = $1`,
      [certificateId],
    );
    if (!row) throw securityErrors.certificateUnknown();
    return row;
  }

  /** Answers the slug of the tenant. */
  private async record(
    tx: Tx,
    { caller, tenantId }: Asking,
    row: CertificateRow,
    done: string,
    detail: Record<string, unknown>,
  ): Promise<string> {
    const found = await tx.one<{ slug: string }>('SELECT slug FROM tenant WHERE tenant_id = $1', [tenantId]);
    const tenant = found?.slug ?? '';
    const entity = { type: 'charging-station', id: row.station_id, name: row.identity };
    await this.audit.record(tx, { caller, tenantId, tenant, action: `charging-station.certificate-${done}`, entity, detail });
    return tenant;
  }
}

function sameKey(certificate: X509Certificate, csr: string): boolean {
  const own = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return own.equals(Buffer.from(publicKeyOf(csr).publicKey.rawData));
}
