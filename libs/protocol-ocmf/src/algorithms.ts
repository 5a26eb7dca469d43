/** A signature algorithm of OCMF: ECDSA over one curve, with SHA-256. */
export interface SignatureAlgorithm {
  /** As OpenSSL names it. */
  curve: string;
  /** Bytes of one coordinate of a point, and of each half of a signature. */
  size: number;
  /** Algorithm and curve of a SubjectPublicKeyInfo in DER (RFC 5480), up to the BIT STRING's content: a point is appended. */
  spkiPrefix: Buffer;
}

/** OID id-ecPublicKey. */
const EC_PUBLIC_KEY = '2a8648ce3d0201';

/** OCMF, tables 22 and 23. */
export const SIGNATURE_ALGORITHMS = {
  'ECDSA-secp192k1-SHA256': algorithm('secp192k1', 24, '2b8104001f'),
  'ECDSA-secp256k1-SHA256': algorithm('secp256k1', 32, '2b8104000a'),
  'ECDSA-secp192r1-SHA256': algorithm('prime192v1', 24, '2a8648ce3d030101'),
  'ECDSA-secp256r1-SHA256': algorithm('prime256v1', 32, '2a8648ce3d030107'),
  'ECDSA-brainpool256r1-SHA256': algorithm('brainpoolP256r1', 32, '2b2403030208010107'),
  'ECDSA-secp384r1-SHA256': algorithm('secp384r1', 48, '2b81040022'),
  'ECDSA-brainpool384r1-SHA256': algorithm('brainpoolP384r1', 48, '2b240303020801010b'),
} as const satisfies Record<string, SignatureAlgorithm>;

export type SignatureAlgorithmName = keyof typeof SIGNATURE_ALGORITHMS;

/** OCMF, table 8: what a record without SA is signed with. */
export const DEFAULT_ALGORITHM: SignatureAlgorithmName = 'ECDSA-secp256r1-SHA256';

/** By the names of the specification, and by those that meters write: other letter case, `brainpoolP256r1`, `prime256v1`. */
export function findAlgorithm(name: string): SignatureAlgorithmName | undefined {
  const wanted = normalised(name);
  return names().find((known) => normalised(known) === wanted);
}

/** The algorithm of a curve as OpenSSL names it. */
export function algorithmOfCurve(curve: string): SignatureAlgorithmName | undefined {
  return names().find((name) => SIGNATURE_ALGORITHMS[name].curve === curve);
}

export function names(): SignatureAlgorithmName[] {
  return Object.keys(SIGNATURE_ALGORITHMS) as SignatureAlgorithmName[];
}

function normalised(name: string): string {
  return name
    .toLowerCase()
    .replace('brainpoolp', 'brainpool')
    .replace('prime192v1', 'secp192r1')
    .replace('prime256v1', 'secp256r1')
    .replace('prime384v1', 'secp384r1');
}

function algorithm(curve: string, size: number, curveOid: string): SignatureAlgorithm {
  const identifier = der(0x30, Buffer.concat([der(0x06, Buffer.from(EC_PUBLIC_KEY, 'hex')), der(0x06, Buffer.from(curveOid, 'hex'))]));
  const pointBytes = 1 + 2 * size;
  // BIT STRING without unused bits; all lengths here are below 128 but for the whole of the largest curves.
  const bitString = Buffer.from([0x03, pointBytes + 1, 0x00]);
  const length = identifier.length + bitString.length + pointBytes;
  const header = length < 128 ? Buffer.from([0x30, length]) : Buffer.from([0x30, 0x81, length]);
  return { curve, size, spkiPrefix: Buffer.concat([header, identifier, bitString]) };
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}
