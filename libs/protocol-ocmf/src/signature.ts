import { verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { DEFAULT_ALGORITHM, findAlgorithm, SIGNATURE_ALGORITHMS, type SignatureAlgorithmName } from './algorithms.js';
import type { MeterPublicKey } from './public-key.js';
import type { OcmfRecord } from './record.js';

/** The signature section, read. */
export interface OcmfSignature {
  algorithm: SignatureAlgorithmName;
  bytes: Buffer;
}

/** `signature-unreadable`: not what OCMF says. `algorithm-unknown`: signed in a way that we cannot check. */
export type SignatureProblem = 'signature-unreadable' | 'algorithm-unknown';

const DER = 'application/x-der';
const LONGEST_SIGNATURE = 1_000;

/** OCMF, table 8. */
export function readSignature(section: string): OcmfSignature | { problem: SignatureProblem } {
  const json = parsed(section);
  const data = json?.['SD'];
  if (typeof data !== 'string' || data.length > LONGEST_SIGNATURE) return { problem: 'signature-unreadable' };
  const algorithm = json?.['SA'] === undefined ? DEFAULT_ALGORITHM : findAlgorithm(String(json['SA']));
  if (algorithm === undefined || (json?.['SM'] ?? DER) !== DER) return { problem: 'algorithm-unknown' };
  const bytes = decoded(data, json?.['SE'] ?? 'hex');
  return bytes ? { algorithm, bytes } : { problem: 'signature-unreadable' };
}

/** On the thread pool: the curves that OpenSSL has no fast code for take a millisecond. */
const verified = promisify(verify) as (
  algorithm: string,
  data: Buffer,
  key: { key: KeyObject; dsaEncoding: 'der' | 'ieee-p1363' },
  signature: Buffer,
) => Promise<boolean>;

/**
 * Whether the key's owner signed the payload, byte for byte as it was received.
 * @param key with its algorithm: one key judges many records
 */
export async function isSignedBy(
  { algorithm, key }: { algorithm: MeterPublicKey['algorithm']; key: KeyObject },
  record: OcmfRecord,
  signature: OcmfSignature,
): Promise<boolean> {
  if (algorithm !== signature.algorithm) return false;
  const { size } = SIGNATURE_ALGORITHMS[algorithm];
  // The specification's own example shows the two halves without DER around them.
  const dsaEncoding = signature.bytes.length === 2 * size && !isDer(signature.bytes) ? 'ieee-p1363' : 'der';
  return verified('sha256', Buffer.from(record.payload, 'utf8'), { key, dsaEncoding }, signature.bytes);
}

/** A SEQUENCE that ends where the bytes end. */
function isDer(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes[1] === bytes.length - 2;
}

function decoded(data: string, encoding: unknown): Buffer | undefined {
  if (encoding === 'hex') return /^(?:[0-9a-f]{2})+$/i.test(data) ? Buffer.from(data, 'hex') : undefined;
  if (encoding === 'base64') return /^[A-Za-z0-9+/]+={0,2}$/.test(data) ? Buffer.from(data, 'base64') : undefined;
  return undefined;
}

function parsed(section: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(section);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
