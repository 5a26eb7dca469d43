import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
  type PublicKey,
} from '@peculiar/x509';

/** A certificate and the key under it, as they are kept. PEM. */
export interface KeyedCertificate {
  certificate: string;
  privateKey: string;
}

export interface Life {
  notBefore: Date;
  notAfter: Date;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
const AUTHORITY_USES = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);

/** A root of its own: ECDSA P-256, with one level of authorities below it. */
export async function makeRoot(commonName: string, organisation: string, life: Life): Promise<KeyedCertificate> {
  const keys = await newKeys();
  const name = nameOf(commonName, organisation);
  const made = await X509CertificateGenerator.create({
    ...life,
    serialNumber: newSerialNumber(),
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: SIGNING,
    extensions: [new BasicConstraintsExtension(true, 1, true), AUTHORITY_USES, await SubjectKeyIdentifierExtension.create(keys.publicKey)],
  });
  return { certificate: pemOf(made), privateKey: await pemOfKey(keys.privateKey) };
}

/** An authority below a root, which issues certificates to stations alone. */
export async function makeIssuing(root: KeyedCertificate, commonName: string, organisation: string, life: Life): Promise<KeyedCertificate> {
  const keys = await newKeys();
  const extensions = [new BasicConstraintsExtension(true, 0, true), AUTHORITY_USES];
  const made = await signBelow(root, { ...life, subject: nameOf(commonName, organisation), publicKey: keys.publicKey, extensions });
  return { certificate: pemOf(made), privateKey: await pemOfKey(keys.privateKey) };
}

/** A station's client certificate (OCPP 1.6 security whitepaper, "Certificate properties"). PEM. */
export async function issueToStation(
  issuing: KeyedCertificate,
  station: { commonName: string; organisation: string; publicKey: PublicKey; isRsa: boolean },
  life: Life,
): Promise<string> {
  const uses = KeyUsageFlags.digitalSignature | (station.isRsa ? KeyUsageFlags.keyEncipherment : 0);
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(uses, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
  ];
  const subject = nameOf(station.commonName, station.organisation);
  return pemOf(await signBelow(issuing, { ...life, subject, publicKey: station.publicKey, extensions }));
}

/** Certificates of a PEM text, in its order; empty when there is none. */
export function readPem(text: string): X509Certificate[] {
  return PemConverter.decode(text).map((der) => new X509Certificate(der));
}

/** PEM with a new line at the end, so that another may follow. */
export function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function signBelow(
  issuer: KeyedCertificate,
  wanted: Life & { subject: Name; publicKey: PublicKey | Keys['publicKey']; extensions: Extension[] },
): Promise<X509Certificate> {
  const above = new X509Certificate(issuer.certificate);
  const signingKey = await crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(issuer.privateKey), CURVE, false, ['sign']);
  return X509CertificateGenerator.create({
    ...wanted,
    serialNumber: newSerialNumber(),
    issuer: above.subjectName,
    signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      ...wanted.extensions,
      await SubjectKeyIdentifierExtension.create(wanted.publicKey),
      await AuthorityKeyIdentifierExtension.create(above.publicKey),
    ],
  });
}

type Keys = Awaited<ReturnType<typeof newKeys>>;

function newKeys() {
  return crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

/** As typed strings: a bare one would be read as the written form of a name, with its escapes. */
function nameOf(commonName: string, organisation: string): Name {
  return new Name([{ CN: [{ utf8String: commonName }] }, { O: [{ utf8String: organisation }] }]);
}

/** Positive, and 124 bits of chance (CA/Browser Forum asks for 64). */
function newSerialNumber(): string {
  return `4${randomBytes(16).toString('hex').slice(1)}`;
}

async function pemOfKey(key: Keys['privateKey']): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag);
}
