import { createHash, type X509Certificate } from 'node:crypto';
import type { RequestOf } from '@ampline/protocol-ocpp';
import { childrenOf, elementAt, TAG } from './der.js';

export type CertificateHash = RequestOf<'DeleteCertificate'>['certificateHashData'];

/** How the security whitepaper names a certificate: hashes over its issuer's name and key, and its serial number. */
export function hashOf(
  certificate: X509Certificate,
  issuer: X509Certificate,
  algorithm: CertificateHash['hashAlgorithm'],
): CertificateHash {
  const digest = (bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
  return {
    hashAlgorithm: algorithm,
    issuerNameHash: digest(fields(certificate).issuer),
    issuerKeyHash: digest(fields(issuer).publicKey),
    serialNumber: certificate.serialNumber,
  };
}

export function sameHash(a: CertificateHash, b: CertificateHash): boolean {
  const fold = (hex: string) => hex.toLowerCase().replace(/^0+(?=.)/, '');
  return (
    a.hashAlgorithm === b.hashAlgorithm &&
    a.issuerNameHash.toLowerCase() === b.issuerNameHash.toLowerCase() &&
    a.issuerKeyHash.toLowerCase() === b.issuerKeyHash.toLowerCase() &&
    fold(a.serialNumber) === fold(b.serialNumber)
  );
}

/** RFC 5280 §4.1: version?, serial number, algorithm, issuer, validity, subject, key. */
function fields(certificate: X509Certificate): { issuer: Buffer; publicKey: Buffer } {
  const [body] = childrenOf(elementAt(certificate.raw).content);
  const all = childrenOf(body?.content ?? Buffer.alloc(0));
  const from = all[0]?.tag === TAG.context0 ? 1 : 0;
  const [, key] = childrenOf(all[from + 5]?.content ?? Buffer.alloc(0));
  // The first byte of a bit string counts its unused bits.
  return { issuer: all[from + 2]?.whole ?? Buffer.alloc(0), publicKey: key?.content.subarray(1) ?? Buffer.alloc(0) };
}
