import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { encode, TAG } from './der.js';

const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]);
const ORGANIZATION = Buffer.from([0x55, 0x04, 0x0a]);
/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);

/** A PKCS #10 signing request in PEM, as a station sends it in SignCertificate. @param key private, on an elliptic curve */
export function signingRequest(key: KeyObject, subject: { commonName: string; organization: string }): string {
  const name = encode(TAG.sequence, attribute(ORGANIZATION, subject.organization), attribute(COMMON_NAME, subject.commonName));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const info = encode(TAG.sequence, encode(TAG.integer, Buffer.from([0])), name, publicKey, encode(TAG.context0));
  const algorithm = encode(TAG.sequence, encode(TAG.oid, ECDSA_WITH_SHA256));
  const signature = encode(TAG.bitString, Buffer.from([0]), sign('sha256', info, key));
  return pem('CERTIFICATE REQUEST', encode(TAG.sequence, info, algorithm, signature));
}

function attribute(oid: Buffer, text: string): Buffer {
  return encode(TAG.set, encode(TAG.sequence, encode(TAG.oid, oid), encode(TAG.utf8, Buffer.from(text))));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
