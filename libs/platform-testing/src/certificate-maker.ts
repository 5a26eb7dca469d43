import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';

type KeyPair = webcrypto.CryptoKeyPair;

export interface CertificateWanted {
  commonName: string;
  organisation?: string;
  /** Default: client. */
  use?: 'client' | 'server';
  /** Names and addresses of a server. */
  hosts?: readonly string[];
  /** Default: a minute ago. */
  notBefore?: Date;
  /** Default: in 30 days. */
  notAfter?: Date;
}

/** PEM. */
export interface MadeCertificate {
  certificate: string;
  key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** A certificate authority for tests and embedded installations: ECDSA P-256, in memory. */
export class CertificateMaker {
  private constructor(
    /** PEM. */
    readonly certificate: string,
    private readonly keys: KeyPair,
  ) {}

  /** A root of its own. */
  static async root(commonName: string, o: Pick<CertificateWanted, 'notBefore' | 'notAfter'> = {}): Promise<CertificateMaker> {
    const keys = await newKeys();
    const name = nameOf(commonName);
    const made = await X509CertificateGenerator.create({
      ...lifeOf(o),
      subject: name,
      issuer: name,
      publicKey: keys.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: SIGNING,
      extensions: authorityExtensions(),
    });
    return new CertificateMaker(textOf(made), keys);
  }

  /** One that was made earlier, from PEM. */
  static async of({ certificate, key }: MadeCertificate): Promise<CertificateMaker> {
    const der = PemConverter.decodeFirst(key);
    const privateKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
    const publicKey = await new X509Certificate(certificate).publicKey.export();
    return new CertificateMaker(certificate, { privateKey, publicKey });
  }

  async key(): Promise<string> {
    return pemOf(this.keys.privateKey);
  }

  /** An authority below this one. */
  async below(commonName: string): Promise<CertificateMaker> {
    const keys = await newKeys();
    return new CertificateMaker(await this.sign(keys, nameOf(commonName), authorityExtensions(0), {}), keys);
  }

  async issue(wanted: CertificateWanted): Promise<MadeCertificate> {
    const keys = await newKeys();
    const { commonName, organisation, use = 'client', hosts = [] } = wanted;
    const alternatives = hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const), value }));
    const extensions = [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([use === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth]),
      ...(alternatives.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
    ];
    return { certificate: await this.sign(keys, nameOf(commonName, organisation), extensions, wanted), key: await pemOf(keys.privateKey) };
  }

  private async sign(
    keys: KeyPair,
    subject: Name,
    extensions: Extension[],
    life: Pick<CertificateWanted, 'notBefore' | 'notAfter'>,
  ): Promise<string> {
    const made = await X509CertificateGenerator.create({
      ...lifeOf(life),
      subject,
      issuer: new X509Certificate(this.certificate).subjectName,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: SIGNING,
      extensions,
    });
    return textOf(made);
  }
}

/** As typed strings: a bare one would be read as the written form of a name, with its escapes. */
function nameOf(commonName: string, organisation?: string): Name {
  return new Name([{ CN: [{ utf8String: commonName }] }, ...(organisation === undefined ? [] : [{ O: [{ utf8String: organisation }] }])]);
}

function newKeys(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function lifeOf({ notBefore, notAfter }: Pick<CertificateWanted, 'notBefore' | 'notAfter'>) {
  const now = Date.now();
  return {
    // Positive, 127 bits.
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    notBefore: notBefore ?? new Date(now - 60_000),
    notAfter: notAfter ?? new Date(now + 30 * DAY_MS),
  };
}

function authorityExtensions(pathLength?: number): Extension[] {
  return [
    new BasicConstraintsExtension(true, pathLength, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

/** PEM that another may follow. */
function textOf(made: X509Certificate): string {
  return `${made.toString('pem')}\n`;
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`;
}
