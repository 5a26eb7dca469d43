import { createPublicKey, ECDH, type KeyObject } from 'node:crypto';
import { algorithmOfCurve, names, SIGNATURE_ALGORITHMS, type SignatureAlgorithmName } from './algorithms.js';

/** A meter's public key, read. */
export interface MeterPublicKey {
  algorithm: SignatureAlgorithmName;
  /** SubjectPublicKeyInfo, DER (RFC 5480), uncompressed: one key has one form, however it was written. */
  spki: Buffer;
}

/** `unreadable`: no key in any known form. `curve`: a key of a curve that OCMF does not know. `ambiguous`: a bare point of two or more curves. */
export type KeyProblem = 'unreadable' | 'curve' | 'ambiguous';

/** Longer texts are no key. */
const LONGEST_TEXT = 2_000;

/**
 * Reads a public key in the forms that meters, type plates and registers show: SubjectPublicKeyInfo as PEM, as hexadecimal digits (with
 * blanks, colons, or `0x`), as Base64 or Base64url; or the bare point, compressed, uncompressed, or without its leading 04.
 * @param algorithm tells the curve of a bare point, which several have in common
 */
export function readPublicKey(text: string, algorithm?: SignatureAlgorithmName): MeterPublicKey | { problem: KeyProblem } {
  if (text.length > LONGEST_TEXT) return { problem: 'unreadable' };
  let problem: KeyProblem = 'unreadable';
  for (const bytes of bytesOf(text)) {
    const read = bytes[0] === SEQUENCE ? ofSpki(bytes) : ofPoint(bytes, algorithm);
    if (!('problem' in read)) return read;
    if (read.problem !== 'unreadable') problem = read.problem;
  }
  return { problem };
}

/** For `crypto.verify`. */
export function keyObject({ spki }: MeterPublicKey): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}

const SEQUENCE = 0x30;

/** What the text may stand for. Hexadecimal digits are Base64 as well: they are tried first. */
function bytesOf(text: string): Buffer[] {
  const bare = text
    .replace(/-----[A-Z ]+-----/g, '')
    .replace(/^\s*0x/i, '')
    .replace(/[\s:]/g, '');
  const forms: Buffer[] = [];
  if (/^(?:[0-9a-f]{2})+$/i.test(bare)) forms.push(Buffer.from(bare, 'hex'));
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) forms.push(Buffer.from(bare, 'base64'));
  return forms;
}

function ofSpki(spki: Buffer): MeterPublicKey | { problem: KeyProblem } {
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const algorithm = algorithmOfCurve(key.asymmetricKeyDetails?.namedCurve ?? '');
    if (algorithm === undefined) return { problem: 'curve' };
    const { size, spkiPrefix } = SIGNATURE_ALGORITHMS[algorithm];
    const exported = key.export({ format: 'der', type: 'spki' });
    // OpenSSL keeps a compressed point as it is.
    const compressed = exported.length < spkiPrefix.length + 1 + 2 * size;
    return compressed ? ofPoint(exported.subarray(-(1 + size)), algorithm) : { algorithm, spki: exported };
  } catch {
    return { problem: 'unreadable' };
  }
}

function ofPoint(bytes: Buffer, wanted: SignatureAlgorithmName | undefined): MeterPublicKey | { problem: KeyProblem } {
  const candidates = wanted === undefined ? names() : [wanted];
  const keys = candidates.flatMap((algorithm) => pointOn(algorithm, bytes) ?? []);
  const [key, another] = keys;
  if (key === undefined) return { problem: 'unreadable' };
  return another === undefined ? key : { problem: 'ambiguous' };
}

function pointOn(algorithm: SignatureAlgorithmName, bytes: Buffer): MeterPublicKey | undefined {
  const { curve, size, spkiPrefix } = SIGNATURE_ALGORITHMS[algorithm];
  const point = bytes.length === 2 * size ? Buffer.concat([Buffer.from([0x04]), bytes]) : bytes;
  if (point.length !== 1 + 2 * size && point.length !== 1 + size) return undefined;
  try {
    // Throws for a point that is not on the curve.
    const whole = ECDH.convertKey(point, curve, undefined, undefined, 'uncompressed') as Buffer;
    const spki = Buffer.concat([spkiPrefix, whole]);
    createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return { algorithm, spki };
  } catch {
    return undefined;
  }
}
