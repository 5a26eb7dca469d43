import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import type { RefusalReason } from '@ampline/contracts';
import { BasicConstraintsExtension, X509Certificate as Parsed } from '@peculiar/x509';

/** An authority that a tenant trusts. */
export interface TrustedAuthority {
  certificate: X509Certificate;
  /** Ends a chain. Others are known so that a station need not send them. */
  root: boolean;
}

/** What a certificate is judged against. */
export interface CertificateRules {
  identity: string;
  authorities: readonly TrustedAuthority[];
  /** True for what is on the revocation list; sha256 of DER, lower-case hex. */
  isRevoked: (sha256: string) => boolean;
  now: Date;
}

export type CertificateJudgement = { ok: true; sha256: string } | { ok: false; reason: RefusalReason; detail: string };

/** Longer chains are none that anybody builds. */
const MOST_LINKS = 6;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';

/** Certificates from the wire, base64 of DER; undefined when one of them is no certificate. */
export function readCertificates(shown: readonly string[]): X509Certificate[] | undefined {
  try {
    return shown.map((text) => new X509Certificate(Buffer.from(text, 'base64')));
  } catch {
    return undefined;
  }
}

/** sha256 of DER, lower-case hex. */
export function sha256Of(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/**
 * OCPP 1.6 security whitepaper, profile 3 (A00.FR.402 ff.): the certificate leads to an authority of the tenant, each link is valid now
 * and not revoked, and its common name is the station's identity. That the station holds the key its TLS handshake has proved.
 *
 * @param shown the station's own first, then what it sent along, in any order
 */
export function judgeClientCertificate(shown: readonly X509Certificate[], rules: CertificateRules): CertificateJudgement {
  const [own, ...along] = shown;
  if (own === undefined) return refused('certificate-missing', 'no certificate');
  const chain = chainOf(own, along, rules.authorities);
  if (chain === undefined) return refused('certificate-untrusted', `issued by ${oneLine(own.issuer)}`);
  if (own.ca || !isForClients(own)) return refused('certificate-untrusted', 'no certificate for clients');
  const [from, until] = [Math.max(...chain.map(startMs)), Math.min(...chain.map(endMs))];
  const nowMs = rules.now.getTime();
  if (nowMs > until) return refused('certificate-expired', `ended ${new Date(until).toISOString()}`);
  if (nowMs < from) return refused('certificate-not-yet-valid', `begins ${new Date(from).toISOString()}`);
  const revoked = chain.find((certificate) => rules.isRevoked(sha256Of(certificate)));
  if (revoked) return refused('certificate-revoked', `serial number ${revoked.serialNumber}`);
  const names = commonNamesOf(own);
  const ours = names.length === 1 && names[0]?.toLowerCase() === rules.identity.toLowerCase();
  return ours ? { ok: true, sha256: sha256Of(own) } : refused('certificate-identity-mismatch', `common name ${names.join(', ')}`);
}

/** From the certificate to a trusted root, both included; undefined when it leads to none. */
function chainOf(
  own: X509Certificate,
  along: readonly X509Certificate[],
  authorities: readonly TrustedAuthority[],
): X509Certificate[] | undefined {
  const chain = [own];
  while (chain.length <= MOST_LINKS) {
    const last = chain.at(-1) as X509Certificate;
    const root = authorities.find(({ certificate, root }) => root && signed(certificate, last, chain.length));
    if (root) return [...chain, root.certificate];
    const between = authorities.filter((authority) => !authority.root).map(({ certificate }) => certificate);
    const next = [...between, ...along].find((issuer) => !chain.includes(issuer) && signed(issuer, last, chain.length));
    if (next === undefined) return undefined;
    chain.push(next);
  }
  return undefined;
}

/** @param below how many certificates are below the issuer, the station's included */
function signed(issuer: X509Certificate, certificate: X509Certificate, below: number): boolean {
  return issuer.ca && below - 1 <= pathLengthOf(issuer) && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** How many authorities may be below one (RFC 5280 §4.2.1.9). */
function pathLengthOf(authority: X509Certificate): number {
  return new Parsed(authority.raw).getExtension(BasicConstraintsExtension)?.pathLength ?? MOST_LINKS;
}

/** A certificate that names no purposes may serve any (RFC 5280 §4.2.1.12). */
function isForClients({ keyUsage }: X509Certificate): boolean {
  const purposes = keyUsage as string[] | undefined;
  return purposes === undefined || purposes.includes(CLIENT_AUTHENTICATION);
}

/** Without the escapes of the printed form: identities may hold any sign. */
function commonNamesOf(certificate: X509Certificate): string[] {
  const { CN: names } = certificate.toLegacyObject().subject as unknown as { CN?: string | string[] };
  return [names ?? []].flat();
}

const startMs = (certificate: X509Certificate) => certificate.validFromDate.getTime();
const endMs = (certificate: X509Certificate) => certificate.validToDate.getTime();
const oneLine = (name: string) => name.replaceAll('\n', ', ');

function refused(reason: RefusalReason, detail: string): CertificateJudgement {
  return { ok: false, reason, detail };
}
