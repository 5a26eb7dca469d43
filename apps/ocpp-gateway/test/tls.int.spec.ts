import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CertificateMaker, eventually, type MadeCertificate } from '@ampline/platform-testing';
import { Installation, type RunningGateway } from './support/installation.js';
import type { ScriptedCsms } from './support/scripted-csms.js';
import { Station } from './support/station.js';

const derOf = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '');

let folder: string;
let root: CertificateMaker;
let installation: Installation;
let csms: ScriptedCsms;
let running: RunningGateway;

const files = () => ({ tlsCertificateFiles: [join(folder, 'server.pem')], tlsKeyFiles: [join(folder, 'server-key.pem')] });
const tlsPort = () => running.gateway.tlsPort as number;
const lines = (event: string) => running.telemetry.lines.filter((line) => line.event === event);

async function writeServer(maker: CertificateMaker): Promise<MadeCertificate> {
  const server = await maker.issue({ commonName: 'ocpp.example', use: 'server', hosts: ['127.0.0.1'] });
  writeFileSync(join(folder, 'server.pem'), server.certificate);
  writeFileSync(join(folder, 'server-key.pem'), server.key);
  return server;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ampline-tls-'));
  root = await CertificateMaker.root('Server root');
  installation = await Installation.start();
  csms = installation.csms;
});
beforeEach(async () => {
  await writeServer(root);
  running = await installation.gateway({ ...files(), tlsPort: 0, tlsReloadIntervalMs: 50 });
  csms.admissions.length = 0;
});
afterEach(async () => {
  csms.judge = () => undefined;
  await installation.clear();
});
afterAll(async () => {
  await installation.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(csms.violations).toEqual([]);
});

describe('the TLS port', () => {
  it('takes a station with a password, and says that it came by TLS', async () => {
    const station = await Station.connect(tlsPort(), { path: '/ocpp/acme/TLS-1', password: 'a-password', tls: { ca: root.certificate } });
    expect(csms.admissions).toMatchObject([{ station: 'TLS-1', basic: { password: 'a-password' }, tls: { protocol: 'TLSv1.3' } }]);
    expect(csms.admissions[0]?.tls).not.toHaveProperty('certificates');
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
    station.vanish();
  });

  it('passes on the certificate that a station shows, whoever issued it, with what it sends along', async () => {
    const issuing = await (await CertificateMaker.root('Some root')).below('Some authority');
    const client = await issuing.issue({ commonName: 'TLS-2' });
    const tls = { ca: root.certificate, cert: client.certificate + issuing.certificate, key: client.key, maxVersion: 'TLSv1.2' as const };
    const station = await Station.connect(tlsPort(), { path: '/ocpp/acme/TLS-2', tls });
    expect(csms.admissions[0]?.tls).toEqual({
      protocol: 'TLSv1.2',
      certificates: [derOf(client.certificate), derOf(issuing.certificate)],
    });
    station.vanish();
  });

  it('says nothing of TLS for a station at the plain port', async () => {
    const station = await Station.connect(running.gateway.port, { path: '/ocpp/acme/TLS-3' });
    expect(csms.admissions[0]).not.toHaveProperty('tls');
    station.vanish();
  });

  it('answers a refusal of the back end with its reason, in body, log and metric', async () => {
    csms.judge = () => ({ outcome: 'refused', reason: 'certificate-expired' });
    const refused = await Station.refused(tlsPort(), { path: '/ocpp/acme/TLS-4', tls: { ca: root.certificate } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'certificate-expired' } });
    expect(lines('admission.refused')).toMatchObject([{ reason: 'certificate-expired', tenant: 'acme', station: 'TLS-4' }]);
    expect(await running.telemetry.metricsText()).toMatch(/ocpp_admissions\S*{[^}]*outcome="certificate-expired"[^}]*} 1/);
  });

  it('refuses what is no TLS, and says so', async () => {
    const plain = Station.attempt(tlsPort(), { path: '/ocpp/acme/TLS-5' });
    await expect(plain).rejects.toThrow();
    const socket = connect(tlsPort(), '127.0.0.1').on('error', () => undefined);
    socket.write('what is this\r\n\r\n');
    await once(socket, 'close');
    await eventually(() => lines('tls.refused').length === 2);
    for (const line of lines('tls.refused')) expect(line).toMatchObject({ reason: 'plain-text', remoteAddress: '127.0.0.1' });
    expect(await running.telemetry.metricsText()).toMatch(/ocpp_tls_failures\S*{[^}]*reason="plain-text"[^}]*} 2/);
    expect(csms.admissions).toEqual([]);
  });

  it('refuses TLS before 1.2 and ciphers that are none of the security whitepaper', async () => {
    const attempt = async (o: object) => {
      const socket = connectTls({ port: tlsPort(), host: '127.0.0.1', ca: root.certificate, ...o });
      const outcome = await new Promise((resolve) => {
        socket.once('secureConnect', () => resolve('connected')).once('error', () => resolve('error'));
      });
      socket.destroy();
      return outcome;
    };
    expect(await attempt({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })).toBe('error');
    await eventually(() => lines('tls.refused').some(({ reason }) => reason === 'version-too-old'));
    expect(await attempt({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' })).toBe('error');
    await eventually(() => lines('tls.refused').some(({ reason }) => reason === 'no-shared-cipher'));
    expect(await attempt({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).toBe('connected');
  });

  it('notices a station that does not trust the server certificate', async () => {
    const stranger = await CertificateMaker.root('Another root');
    await expect(Station.attempt(tlsPort(), { path: '/ocpp/acme/TLS-6', tls: { ca: stranger.certificate } })).rejects.toThrow();
    await eventually(() => lines('tls.refused').some(({ reason }) => reason === 'server-certificate-rejected' || reason === 'gone'));
  });

  it('takes changed files into use, keeps those that served when the new ones are broken, and stations stay', async () => {
    const station = await Station.connect(tlsPort(), { path: '/ocpp/acme/TLS-7', tls: { ca: root.certificate } });
    writeFileSync(join(folder, 'server.pem'), 'half written');
    await eventually(() => lines('tls.reload-failed').length > 0);
    const same = await Station.connect(tlsPort(), { path: '/ocpp/acme/TLS-8', tls: { ca: root.certificate } });
    const renewed = await CertificateMaker.root('Renewed root');
    await writeServer(renewed);
    await eventually(() => lines('tls.reloaded').length > 0);
    const later = await Station.connect(tlsPort(), { path: '/ocpp/acme/TLS-9', tls: { ca: renewed.certificate } });
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
    expect(await running.telemetry.metricsText()).toMatch(/ocpp_tls_certificate_not_after\S* \d{10}/);
    for (const each of [station, same, later]) each.vanish();
  });
});

describe('files that cannot serve', () => {
  it('keep the gateway from starting', async () => {
    const missing = { tlsCertificateFiles: [join(folder, 'nothing.pem')], tlsKeyFiles: [join(folder, 'nothing-key.pem')], tlsPort: 0 };
    await expect(installation.gateway(missing)).rejects.toMatchObject({ code: 'ocpp-gateway.tls-files-unusable' });
    await expect(installation.gateway({ ...files(), tlsKeyFiles: [], tlsPort: 0 })).rejects.toMatchObject({
      code: 'ocpp-gateway.tls-files-unusable',
    });
    await expect(installation.gateway({ trustedProxies: ['my-proxy'] })).rejects.toMatchObject({ code: 'ocpp-gateway.bad-proxy-address' });
  });
});

describe('behind a proxy that ends TLS', () => {
  let client: MadeCertificate;
  const envoy = (pem: string) => `Hash=abc;Cert="${encodeURIComponent(pem)}";Subject="CN=PROXY-1"`;
  const ask = async (settings: object, headers: Record<string, string>) => {
    const behind = await installation.gateway(settings);
    const station = await Station.connect(behind.gateway.port, { path: '/ocpp/acme/PROXY-1', headers });
    station.vanish();
    return csms.admissions.at(-1)?.tls;
  };

  beforeAll(async () => {
    client = await root.issue({ commonName: 'PROXY-1' });
  });

  it('its word on the certificate is taken, in the ways in which proxies say it', async () => {
    const certificates = [derOf(client.certificate)];
    const trusted = { trustedProxies: ['10.0.0.0/8', '127.0.0.1'] };
    expect(await ask(trusted, { 'x-forwarded-client-cert': envoy(client.certificate) })).toEqual({ certificates });
    const nginx = { ...trusted, clientCertificateHeader: 'SSL-Client-Cert' };
    expect(await ask(nginx, { 'ssl-client-cert': encodeURIComponent(client.certificate) })).toEqual({ certificates });
    expect(await ask(nginx, { 'ssl-client-cert': derOf(client.certificate) })).toEqual({ certificates });
    expect(await ask(nginx, { 'x-forwarded-proto': 'https' })).toEqual({});
    expect(await ask(nginx, {})).toBeUndefined();
  });

  it('nobody else is believed', async () => {
    const headers = { 'x-forwarded-client-cert': envoy(client.certificate), 'x-forwarded-proto': 'https' };
    expect(await ask({}, headers)).toBeUndefined();
    expect(await ask({ trustedProxies: ['10.0.0.0/8'] }, headers)).toBeUndefined();
  });
});
