import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateMaker, type CertificateWanted } from '@ampline/platform-testing';
import { judgeClientCertificate, sha256Of, type CertificateRules } from './client-certificate.js';

const DAY_MS = 86_400_000;
const now = new Date();
const daysAway = (days: number) => new Date(now.getTime() + days * DAY_MS);

let root: CertificateMaker;
let issuing: CertificateMaker;
let rules: CertificateRules;

beforeAll(async () => {
  root = await CertificateMaker.root('Root');
  issuing = await root.below('Issuing');
  const authorities = [
    { certificate: new X509Certificate(root.certificate), root: true },
    { certificate: new X509Certificate(issuing.certificate), root: false },
  ];
  rules = { identity: 'DE*AMP*E1', authorities, isRevoked: () => false, now };
});

const made = async (maker: CertificateMaker, o: Partial<CertificateWanted> = {}) =>
  new X509Certificate((await maker.issue({ commonName: 'DE*AMP*E1', ...o })).certificate);

describe('a client certificate', () => {
  it('of an authority of ours opens the connection, whatever the case of its name', async () => {
    const own = await made(issuing, { commonName: 'de*amp*e1' });
    expect(judgeClientCertificate([own], rules)).toEqual({ ok: true, sha256: sha256Of(own) });
    expect(judgeClientCertificate([await made(root)], rules)).toMatchObject({ ok: true });
  });

  it.each(['Säule 1', 'a,b+c="d"', 'back\\slash'])('of a station called %s is read as it was written', async (identity) => {
    const own = await made(issuing, { commonName: identity });
    expect(judgeClientCertificate([own], { ...rules, identity })).toMatchObject({ ok: true });
  });

  it('may send what is between it and the root', async () => {
    const other = await (await CertificateMaker.root('Other root')).below('Other issuing');
    expect(judgeClientCertificate([await made(other), new X509Certificate(other.certificate)], rules)).toMatchObject({
      reason: 'certificate-untrusted',
    });
    const between = await root.below('Unknown here');
    const own = await made(between);
    expect(judgeClientCertificate([own], rules)).toMatchObject({ reason: 'certificate-untrusted' });
    expect(judgeClientCertificate([own, new X509Certificate(between.certificate)], rules)).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<CertificateWanted>, string]>([
    ['has expired', { notBefore: daysAway(-20), notAfter: daysAway(-1) }, 'certificate-expired'],
    ['begins tomorrow', { notBefore: daysAway(1) }, 'certificate-not-yet-valid'],
    ['is another station’s', { commonName: 'DE*AMP*E2' }, 'certificate-identity-mismatch'],
    ['is for servers', { use: 'server' }, 'certificate-untrusted'],
  ])('that %s is refused', async (_, wanted, reason) => {
    expect(judgeClientCertificate([await made(issuing, wanted)], rules)).toMatchObject({ ok: false, reason });
  });

  it('that is on the revocation list is refused, as is one whose authority is', async () => {
    const own = await made(issuing);
    for (const revoked of [own, new X509Certificate(issuing.certificate)]) {
      const isRevoked = (sha256: string) => sha256 === sha256Of(revoked);
      expect(judgeClientCertificate([own], { ...rules, isRevoked })).toMatchObject({ reason: 'certificate-revoked' });
    }
  });

  it('of an authority that bears the same name is refused', async () => {
    const forged = await (await CertificateMaker.root('Root')).below('Issuing');
    expect(judgeClientCertificate([await made(forged), new X509Certificate(forged.certificate)], rules)).toMatchObject({
      reason: 'certificate-untrusted',
    });
  });

  it('issued by what is no authority, or by one too deep, is refused', async () => {
    const station = await issuing.issue({ commonName: 'DE*AMP*E1' });
    const asAuthority = await CertificateMaker.of(station);
    expect(judgeClientCertificate([await made(asAuthority), new X509Certificate(station.certificate)], rules)).toMatchObject({
      reason: 'certificate-untrusted',
    });
    // `issuing` may have no authority below it.
    const deeper = await issuing.below('Deeper');
    expect(judgeClientCertificate([await made(deeper), new X509Certificate(deeper.certificate)], rules)).toMatchObject({
      reason: 'certificate-untrusted',
    });
    expect(judgeClientCertificate([new X509Certificate(issuing.certificate)], { ...rules, identity: 'Issuing' })).toMatchObject({
      reason: 'certificate-untrusted',
    });
  });
});
