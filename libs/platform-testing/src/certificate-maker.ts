import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';

type KeyPair = Awaited<ReturnType<typeof newKeys>>;

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
    const privateKey = await crypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
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
    const { commonName, organisation } = wanted;
    return {
      certificate: await this.sign(keys, nameOf(commonName, organisation), leafExtensions(wanted), wanted),
      key: await pemOf(keys.privateKey),
    };
  }

  /** Answers a station's request. PEM. */
  async answer(csr: string, wanted: CertificateWanted): Promise<string> {
    const { publicKey } = new Pkcs10CertificateRequest(csr);
    return this.sign(
      { publicKey: await publicKey.export() },
      nameOf(wanted.commonName, wanted.organisation),
      leafExtensions(wanted),
      wanted,
    );
  }

  private async sign(
    keys: Pick<KeyPair, 'publicKey'>,
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

/** A request as a station sends it, with its key. PEM. */
export async function makeCertificateRequest(
  commonName: string,
  algorithm: { name: 'ECDSA'; namedCurve: string } | { name: 'RSASSA-PKCS1-v1_5'; modulusLength: number } = {
    name: 'ECDSA',
    namedCurve: 'P-256',
  },
): Promise<{ csr: string; key: string }> {
  const rsa = { publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
  const keys = (await crypto.subtle.generateKey({ ...rsa, ...algorithm }, true, ['sign', 'verify'])) as KeyPair;
  const signingAlgorithm = { name: algorithm.name, hash: 'SHA-256' };
  const made = await Pkcs10CertificateRequestGenerator.create({ name: nameOf(commonName), keys, signingAlgorithm });
  return { csr: made.toString('pem'), key: await pemOf(keys.privateKey) };
}

function newKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
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

function leafExtensions({ use = 'client', hosts = [] }: CertificateWanted): Extension[] {
  const alternatives = hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const), value }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([use === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth]),
    ...(alternatives.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
  ];
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

async function pemOf(key: KeyPair['privateKey']): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`;
}
