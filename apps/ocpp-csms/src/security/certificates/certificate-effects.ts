import { X509Certificate } from 'node:crypto';
import type { ReceivedResponse, RequestOf } from '@ampline/protocol-ocpp';
import type { Effect, Effects } from '../../commands/command-effects.js';
import { oneLine } from '../authorities/authority-store.js';
import { hashDataOf } from './certificate-hash-data.js';
import { sha256Of } from './client-certificate.js';

const STORE = `
  INSERT INTO installed_certificate AS i (tenant_id, station_id, certificate_type, hash_algorithm, issuer_name_hash, issuer_key_hash,
    serial_number, subject, not_after, reported_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (station_id, certificate_type, hash_algorithm, issuer_name_hash, issuer_key_hash, serial_number) DO UPDATE SET
    subject = coalesce(excluded.subject, i.subject), not_after = coalesce(excluded.not_after, i.not_after), reported_at = excluded.reported_at`;

/** OCPP 1.6 security whitepaper: what a station answers about certificates is what we know of them. */
export const certificateEffects: Effects = {
  CertificateSigned: async (tx, { command, response, stationId, answeredAt }) => {
    const { status } = response as ReceivedResponse<'CertificateSigned'>;
    const { certificateChain } = command.payload as unknown as RequestOf<'CertificateSigned'>;
    const leaf = readable(certificateChain);
    if (!leaf) return;
    const accepted = status === 'Accepted';
    const [known] = await tx.query(
      `UPDATE station_certificate SET state = $3, answered_at = $4, due_at = NULL WHERE station_id = $1 AND sha256 = $2 AND state = 'issued'
       RETURNING certificate_id`,
      [stationId, sha256Of(leaf), accepted ? 'accepted' : 'rejected', answeredAt],
    );
    if (!known || !accepted) return;
    // It stays valid until it ends: a station may go back to it.
    await tx.query(`UPDATE station_certificate SET state = 'replaced' WHERE station_id = $1 AND sha256 <> $2 AND state = 'accepted'`, [
      stationId,
      sha256Of(leaf),
    ]);
  },

  InstallCertificate: async (tx, { command, response, tenantId, stationId, answeredAt }) => {
    const { status } = response as ReceivedResponse<'InstallCertificate'>;
    const { certificateType, certificate } = command.payload as unknown as RequestOf<'InstallCertificate'>;
    const root = readable(certificate);
    if (status !== 'Accepted' || !root) return;
    const hash = hashDataOf(root);
    await tx.query(STORE, [tenantId, stationId, certificateType, ...valuesOf(hash), oneLine(root.subject), root.validToDate, answeredAt]);
  },

  DeleteCertificate: async (tx, { command, response, stationId }) => {
    const { status } = response as ReceivedResponse<'DeleteCertificate'>;
    const { certificateHashData } = command.payload as unknown as RequestOf<'DeleteCertificate'>;
    if (status === 'Failed') return;
    await tx.query(
      `DELETE FROM installed_certificate WHERE station_id = $1 AND hash_algorithm = $2 AND issuer_name_hash = $3 AND issuer_key_hash = $4
         AND serial_number = $5`,
      [stationId, ...valuesOf(certificateHashData)],
    );
  },

  GetInstalledCertificateIds: async (tx, { command, response, tenantId, stationId, answeredAt }) => {
    const { certificateHashData = [] } = response as ReceivedResponse<'GetInstalledCertificateIds'>;
    const { certificateType } = command.payload as unknown as RequestOf<'GetInstalledCertificateIds'>;
    for (const hash of certificateHashData) {
      await tx.query(STORE, [tenantId, stationId, certificateType, ...valuesOf(hash), null, null, answeredAt]);
    }
    await tx.query('DELETE FROM installed_certificate WHERE station_id = $1 AND certificate_type = $2 AND reported_at < $3', [
      stationId,
      certificateType,
      answeredAt,
    ]);
  },
} satisfies Partial<Record<string, Effect>>;

/** As {@link hashDataOf} makes it, or as a station tells it. */
interface ReportedHash {
  hashAlgorithm: string;
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

/** Hexadecimal digits are told in either case, and serial numbers with or without zeros in front. */
function valuesOf(hash: ReportedHash): string[] {
  const serialNumber = hash.serialNumber.toLowerCase().replace(/^0+(?=.)/, '');
  return [hash.hashAlgorithm, hash.issuerNameHash.toLowerCase(), hash.issuerKeyHash.toLowerCase(), serialNumber];
}

/** The first certificate of a text; undefined for anything else, which the station has judged already. */
function readable(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
