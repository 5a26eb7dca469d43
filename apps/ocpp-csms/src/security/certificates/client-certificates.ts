import { X509Certificate } from 'node:crypto';
import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { judgeClientCertificate, readCertificates, sha256Of, type CertificateJudgement } from './client-certificate.js';

/** What a tenant trusts. A root of ours ends a chain, an issuing authority of ours is known so that no station need send it. */
const AUTHORITIES = 'SELECT certificate, kind FROM certificate_authority WHERE tenant_id = $1 AND trusted';
/** An authority of ours is not revoked but distrusted. */
const REVOKED_AMONG = 'SELECT sha256 FROM revoked_certificate WHERE tenant_id = $1 AND sha256 = ANY($2)';

/** Judges client certificates by the authorities and the revocation list of a tenant. */
export class ClientCertificates {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** @param shown base64 of DER, the station's own first */
  async judge(tenantId: string, identity: string, shown: readonly string[]): Promise<CertificateJudgement> {
    const certificates = readCertificates(shown);
    if (certificates === undefined) return { ok: false, reason: 'certificate-unreadable', detail: `${shown.length} certificates` };
    const [authorities, revoked] = await Promise.all([
      this.db.query<{ certificate: string; kind: string }>(AUTHORITIES, [tenantId]),
      this.db.query<{ sha256: string }>(REVOKED_AMONG, [tenantId, certificates.map(sha256Of)]),
    ]);
    const onList = new Set(revoked.map(({ sha256 }) => sha256));
    return judgeClientCertificate(certificates, {
      identity,
      authorities: authorities.map(({ certificate, kind }) => ({
        certificate: new X509Certificate(certificate),
        root: kind !== 'issuing',
      })),
      isRevoked: (sha256) => onList.has(sha256),
      now: this.clock.now(),
    });
  }
}
