import 'reflect-metadata';
import { Pkcs10CertificateRequest, type PublicKey } from '@peculiar/x509';

/** Who sends the request, by what we know. */
export interface Requester {
  identity: string;
  serialNumber: string | null;
}

/** Stable, for the list of requests and the log. */
export type CsrRefusal =
  | 'csr-unreadable'
  /** It is not signed with the key that it names: whoever sends it does not hold the key. */
  | 'csr-signature'
  | 'csr-key-type'
  | 'csr-key-weak'
  /** The common name is neither the identity of the station nor its serial number. */
  | 'csr-identity'
  /** It names another serial number than the station's boot notification. */
  | 'csr-serial-number';

export interface ReadCsr {
  subject: string;
  /** `ECDSA P-256`, `RSA 2048`. */
  keyType: string;
  publicKey: PublicKey;
  isRsa: boolean;
}

export type CsrJudgement = ({ ok: true } & ReadCsr) | { ok: false; reason: CsrRefusal; subject: string; keyType: string };

/** OCPP 1.6 security whitepaper, A00.FR.506: RSA of 2048 bits at least, elliptic curves of 224. WebCrypto knows the NIST curves from 256. */
const LEAST_RSA_BITS = 2_048;
const CURVES: readonly string[] = ['P-256', 'P-384', 'P-521'];
const SERIAL_NUMBER = '2.5.4.5';

/** Reads a certificate request (PEM, or base64 of DER) and judges it by what is known of the station. */
export async function judgeCsr(text: string, { identity, serialNumber }: Requester): Promise<CsrJudgement> {
  const csr = read(text);
  if (csr === undefined) return { ok: false, reason: 'csr-unreadable', subject: '', keyType: '' };
  const { subject, publicKey } = csr;
  const { name, namedCurve, modulusLength } = publicKey.algorithm as { name: string; namedCurve?: string; modulusLength?: number };
  const isRsa = modulusLength !== undefined;
  const keyType = `${isRsa ? 'RSA' : name} ${modulusLength ?? namedCurve ?? ''}`.trim();
  const refused = (reason: CsrRefusal): CsrJudgement => ({ ok: false, reason, subject, keyType });
  if (!isRsa && !CURVES.includes(namedCurve ?? '')) return refused('csr-key-type');
  if (isRsa && modulusLength < LEAST_RSA_BITS) return refused('csr-key-weak');
  if (!(await isSigned(csr))) return refused('csr-signature');
  const known = [identity, serialNumber].flatMap((text) => (text === null ? [] : [text.toLowerCase()]));
  const names = csr.subjectName.getField('CN');
  if (names.length !== 1 || !known.includes(names[0]?.toLowerCase() ?? '')) return refused('csr-identity');
  const serials = csr.subjectName.getField(SERIAL_NUMBER);
  if (serialNumber !== null && serials.some((serial) => serial !== serialNumber)) return refused('csr-serial-number');
  return { ok: true, subject, keyType, publicKey, isRsa };
}

/** The public key of a request that was judged before. */
export function publicKeyOf(text: string): { publicKey: PublicKey; isRsa: boolean } {
  const { publicKey } = new Pkcs10CertificateRequest(text);
  return { publicKey, isRsa: 'modulusLength' in publicKey.algorithm };
}

function read(text: string): Pkcs10CertificateRequest | undefined {
  try {
    return new Pkcs10CertificateRequest(text);
  } catch {
    return undefined;
  }
}

/** What cannot be checked is not signed. */
async function isSigned(csr: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await csr.verify();
  } catch {
    return false;
  }
}
