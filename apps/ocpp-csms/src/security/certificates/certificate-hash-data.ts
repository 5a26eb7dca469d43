import 'reflect-metadata';
import { createHash, type X509Certificate } from 'node:crypto';
import type { RequestOf } from '@ampline/protocol-ocpp';
import { X509Certificate as Parsed } from '@peculiar/x509';

/** How stations name a certificate: CertificateHashDataType of the OCPP 1.6 security whitepaper. */
export type CertificateHashData = RequestOf<'DeleteCertificate'>['certificateHashData'];

/**
 * The name of a root certificate, by SHA-256: hash of the issuer's distinguished name (DER), hash of the issuer's public key (the bits of
 * subjectPublicKey, as in RFC 6960 §4.1.1), serial number. A root is its own issuer.
 */
export function hashDataOf(root: X509Certificate): CertificateHashData {
  const parsed = new Parsed(root.raw);
  return {
    hashAlgorithm: 'SHA256',
    issuerNameHash: sha256(Buffer.from(parsed.issuerName.toArrayBuffer())),
    issuerKeyHash: sha256(keyBitsOf(root)),
    serialNumber: root.serialNumber.toLowerCase(),
  };
}

/** The content of the BIT STRING at the end of SubjectPublicKeyInfo: SEQUENCE { algorithm, BIT STRING }. */
function keyBitsOf({ publicKey }: X509Certificate): Buffer {
  const info = publicKey.export({ type: 'spki', format: 'der' });
  const outer = contentAt(info, 0);
  const algorithm = contentAt(info, outer.from);
  const bits = contentAt(info, algorithm.until);
  // The first octet counts unused bits.
  return info.subarray(bits.from + 1, bits.until);
}

/** Where the content of the DER element at an offset lies. */
function contentAt(der: Buffer, offset: number): { from: number; until: number } {
  const first = der.readUInt8(offset + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : der.readUIntBE(offset + 2, lengthBytes);
  const from = offset + 2 + lengthBytes;
  return { from, until: from + length };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
