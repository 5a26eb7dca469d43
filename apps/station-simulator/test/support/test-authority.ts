import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A certificate authority by another hand than the station's own reading and writing of certificates. */
export class TestAuthority {
  private serial = 1;

  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly root: x509.X509Certificate,
  ) {}

  static async create(name: string): Promise<TestAuthority> {
    x509.cryptoProvider.set(webcrypto);
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}, O=Ampline tests`,
      serialNumber: '00a1b2c3',
      ...validity(),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    return new TestAuthority(keys, root);
  }

  async own(): Promise<string> {
    return this.root.toString('pem');
  }

  /** @throws Error when the request is not signed by the key in it */
  async sign(csr: string): Promise<string> {
    const request = new x509.Pkcs10CertificateRequest(csr);
    if (!(await request.verify())) throw new Error('the signing request does not verify');
    return this.certificate(request.subject, request.publicKey);
  }

  async issue(name: string, publicKey: webcrypto.CryptoKey): Promise<string> {
    return this.certificate(`CN=${name}`, publicKey);
  }

  /** Of its root, as the whitepaper names certificates. */
  async hash() {
    const digest = (bytes: ArrayBuffer) => createHash('sha256').update(Buffer.from(bytes)).digest('hex');
    const bits = await this.root.publicKey.getKeyIdentifier('SHA-256');
    return {
      hashAlgorithm: 'SHA256' as const,
      issuerNameHash: digest(this.root.issuerName.toArrayBuffer()),
      issuerKeyHash: Buffer.from(bits).toString('hex'),
      serialNumber: this.root.serialNumber.toUpperCase(),
    };
  }

  private async certificate(subject: string, publicKey: x509.PublicKeyType): Promise<string> {
    this.serial += 1;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: this.serial.toString(16).padStart(2, '0'),
      subject,
      issuer: this.root.subject,
      ...validity(),
      signingKey: this.keys.privateKey,
      publicKey,
      signingAlgorithm: ALGORITHM,
    });
    return certificate.toString('pem');
  }
}

function validity() {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
}
