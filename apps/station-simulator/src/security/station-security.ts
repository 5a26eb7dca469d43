import { createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import type { RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { StationParts } from '../station-parts.js';
import { hashOf, sameHash } from './certificate-hash.js';
import { signingRequest } from './signing-request.js';

type RootType = RequestOf<'InstallCertificate'>['certificateType'];

/** A key and the certificates of it, leaf first; PEM. */
export interface StationCertificate {
  key: string;
  chain: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const MOST_EVENTS = 100;

/** Certificates, keys and the security log of one station. They survive a reset. */
export class StationSecurity {
  private roots: { type: RootType; pem: string }[] | undefined;
  private awaited: KeyObject | undefined;
  private events: string[] | undefined;

  /** @param own certificate the station was delivered with */
  constructor(
    private readonly parts: StationParts,
    centralSystemRoots: readonly string[] = [],
    private own?: StationCertificate,
  ) {
    for (const pem of centralSystemRoots) (this.roots ??= []).push({ type: 'CentralSystemRootCertificate', pem });
  }

  /** Roots that the central system is trusted by; PEM. */
  get trusted(): string[] {
    return this.rootsOf('CentralSystemRootCertificate').map(({ pem }) => pem);
  }

  get certificate(): StationCertificate | undefined {
    return this.own;
  }

  /** Asks for a certificate of a new key (SignCertificate); without an acceptance the key is dropped. */
  requestCertificate(): void {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    this.awaited = privateKey;
    const { desk, name, configuration } = this.parts;
    const csr = signingRequest(privateKey, { commonName: name.identity, organization: configuration.text('CpoName') });
    void desk.ask('SignCertificate', { csr }, { always: true }).then((outcome) => {
      const accepted = outcome.outcome === 'answered' && outcome.payload['status'] === 'Accepted';
      if (!accepted && this.awaited === privateKey) this.awaited = undefined;
    });
  }

  /** CertificateSigned: taken only for the key that was asked about. */
  take({ certificateChain }: RequestOf<'CertificateSigned'>): ResponseOf<'CertificateSigned'>['status'] {
    const [leaf] = certificatesOf(certificateChain);
    const tooLong = certificateChain.length > this.parts.configuration.count('CertificateSignedMaxChainSize');
    const key = this.awaited;
    if (leaf === undefined || key === undefined || tooLong) return 'Rejected';
    if (!leaf.publicKey.equals(createPublicKey(key)) || !isValidAt(leaf, this.parts.clock.now())) return 'Rejected';
    this.own = { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), chain: certificateChain };
    this.awaited = undefined;
    return 'Accepted';
  }

  /** InstallCertificate: Failed for what is no valid certificate, Rejected when there is no room. */
  install({ certificateType, certificate }: RequestOf<'InstallCertificate'>): ResponseOf<'InstallCertificate'>['status'] {
    const [parsed] = certificatesOf(certificate);
    if (parsed === undefined || !isValidAt(parsed, this.parts.clock.now())) return 'Failed';
    const roots = this.roots ?? [];
    const known = roots.some(({ type, pem }) => type === certificateType && certificatesOf(pem)[0]?.raw.equals(parsed.raw));
    if (known) return 'Accepted';
    if (roots.length >= this.parts.configuration.count('CertificateStoreMaxLength')) return 'Rejected';
    this.roots = [...roots, { type: certificateType, pem: certificate }];
    return 'Accepted';
  }

  /** DeleteCertificate: the last root that the central system is trusted by stays while the station connects over TLS. */
  delete({ certificateHashData }: RequestOf<'DeleteCertificate'>): ResponseOf<'DeleteCertificate'>['status'] {
    const { hashAlgorithm } = certificateHashData;
    const found = this.roots?.find(({ pem }) =>
      certificatesOf(pem).some((one) => sameHash(hashOf(one, one, hashAlgorithm), certificateHashData)),
    );
    if (found === undefined) return 'NotFound';
    const needed = found.type === 'CentralSystemRootCertificate' && this.parts.configuration.count('SecurityProfile') >= 2;
    if (needed && this.trusted.length === 1) return 'Failed';
    this.roots = this.roots?.filter((root) => root !== found);
    return 'Accepted';
  }

  installed({ certificateType }: RequestOf<'GetInstalledCertificateIds'>): ResponseOf<'GetInstalledCertificateIds'> {
    const hashes = this.rootsOf(certificateType).flatMap(({ pem }) => certificatesOf(pem).map((one) => hashOf(one, one, 'SHA256')));
    return hashes.length === 0 ? { status: 'NotFound' } : { status: 'Accepted', certificateHashData: hashes };
  }

  /**
   * Whether firmware of this signer is taken: a valid certificate, issued by a manufacturer's root if one is installed.
   * @returns undefined when not
   */
  judgeSigner(pem: string): X509Certificate | undefined {
    const [signer] = certificatesOf(pem);
    if (signer === undefined || !isValidAt(signer, this.parts.clock.now())) return undefined;
    const roots = this.rootsOf('ManufacturerRootCertificate').flatMap((root) => certificatesOf(root.pem));
    const issued = (root: X509Certificate) => signer.checkIssued(root) && signer.verify(root.publicKey);
    return roots.length === 0 || roots.some(issued) ? signer : undefined;
  }

  record(type: string, techInfo: string | undefined): void {
    const events = (this.events ??= []);
    events.push(`${this.parts.stationClock.timestamp()} ${type}${techInfo === undefined ? '' : ` ${techInfo}`}`);
    if (events.length > MOST_EVENTS) events.shift();
  }

  log(): string {
    return `${(this.events ?? []).join('\n')}\n`;
  }

  private rootsOf(wanted: RootType): { pem: string }[] {
    return (this.roots ?? []).filter(({ type }) => type === wanted);
  }
}

/** Certificates in a text; none when one of them cannot be read. */
function certificatesOf(pem: string): X509Certificate[] {
  try {
    return (pem.match(CERTIFICATE) ?? []).map((text) => new X509Certificate(text));
  } catch {
    return [];
  }
}

function isValidAt({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now < validToDate;
}
