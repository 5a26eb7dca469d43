import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecurityChangeKind, SecurityChangeState, StationCertificateState, type RefusedStation } from '@ampline/contracts';
import { CertificateMaker, eventually, makeCertificateRequest, type CertificateWanted } from '@ampline/platform-testing';
import { startSimulation, type Simulation } from '@ampline/station-simulator';
import WebSocket from 'ws';
import { furnish, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';

const DAY_MS = 86_400_000;
const daysAway = (days: number) => new Date(Date.now() + days * DAY_MS);

interface Shown {
  cert?: string;
  key?: string;
  password?: string;
}

let platform: Platform;
let site: Site;
let security: Doors['security'];
let ca: string;
let tlsUrl: string;
let authority: CertificateMaker;
let simulation: Simulation | undefined;

beforeAll(async () => {
  platform = await Platform.start({ shape: 'all', env: { OCPP_CSMS_SECURITY_RECONNECT_MS: '500', OCPP_CSMS_SETTINGS_DELAY_MS: '600000' } });
  site = await furnish(platform, { stations: 4 });
  security = platform.doors(['tenant-admin'], site.tenantId).security;
  ca = readFileSync(join(platform.dir, 'tls', 'root.pem'), 'utf8');
  tlsUrl = platform.all?.ocppTlsUrl ?? '';
  authority = await CertificateMaker.root('Root of an operator');
  await security.trustCertificateAuthority({ certificate: authority.certificate });
}, 180_000);
afterAll(async () => {
  await simulation?.stop(0);
  await platform.stop();
});

const stationId = (number: number) => site.stations[number - 1]?.stationId ?? '';

/** `open`, or the code in the body of the refusal. */
function attempt(url: string, identity: string, { password, ...tls }: Shown = {}): Promise<string> {
  const auth = password === undefined ? {} : { auth: `${identity}:${password}` };
  const socket = new WebSocket(`${url}/demo/${identity}`, ['ocpp1.6'], { ca, ...tls, ...auth });
  return new Promise((resolve) => {
    socket.once('open', () => (socket.close(), resolve('open')));
    socket.once('error', ({ message }) => resolve(message));
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => (socket.terminate(), resolve((JSON.parse(body) as { code: string }).code)));
    });
  });
}

async function certificate(o: Partial<CertificateWanted> = {}, maker = authority): Promise<Shown> {
  const { certificate: cert, key } = await maker.issue({ commonName: 'ST-3', ...o });
  return { cert, key };
}

const refusalOf = async (identity: string): Promise<RefusedStation | undefined> =>
  (await security.listRefusedStations({})).stations.find(({ stationIdentity }) => stationIdentity === identity);

describe('security profiles, by stations that speak TLS', () => {
  it('1: a password, in plain text or by TLS', async () => {
    const plain = platform.ocppUrl('').replace(/\/$/, '');
    expect(await attempt(plain, 'ST-1', { password: PASSWORD })).toBe('open');
    expect(await attempt(tlsUrl, 'ST-1', { password: PASSWORD })).toBe('open');
    expect(await attempt(tlsUrl, 'ST-1')).toBe('password-missing');
  });

  it('2: a password, by TLS alone', async () => {
    await security.setSecurityProfile({ stationId: stationId(2), securityProfile: 2 });
    const plain = platform.ocppUrl('').replace(/\/$/, '');
    expect(await attempt(plain, 'ST-2', { password: PASSWORD })).toBe('tls-required');
    expect(await attempt(tlsUrl, 'ST-2', { password: PASSWORD })).toBe('open');
    expect(await attempt(tlsUrl, 'ST-2', { password: 'another-password-of-nobody' })).toBe('wrong-password');
  });

  it('3: a certificate; each that will not do is refused with its reason, in log, metric and list', async () => {
    await security.setSecurityProfile({ stationId: stationId(3), securityProfile: 3 });
    expect(await attempt(tlsUrl, 'ST-3', await certificate())).toBe('open');
    expect(await attempt(tlsUrl, 'st-3', await certificate({ commonName: 'sT-3' }))).toBe('open');
    const refused: [string, Shown][] = [
      ['certificate-missing', { password: PASSWORD }],
      ['certificate-identity-mismatch', await certificate({ commonName: 'ST-4' })],
      ['certificate-expired', await certificate({ notBefore: daysAway(-9), notAfter: daysAway(-1) })],
      ['certificate-not-yet-valid', await certificate({ notBefore: daysAway(1) })],
      ['certificate-untrusted', await certificate({}, await CertificateMaker.root('Root of an operator'))],
      ['certificate-untrusted', await certificate({ use: 'server' })],
    ];
    const told = () => platform.services.get('ocpp-gateway')?.lines.filter(({ event }) => event === 'admission.refused') ?? [];
    for (const [reason, shown] of refused) {
      expect(await attempt(tlsUrl, 'ST-3', shown)).toBe(reason);
      expect(told().at(-1)).toMatchObject({ reason, tenant: 'demo', station: 'ST-3' });
      expect(await refusalOf('ST-3')).toMatchObject({ reason });
      expect(await platform.services.get('ocpp-gateway')?.metricsText()).toContain(`outcome="${reason}"`);
    }
    expect(await attempt(platform.ocppUrl('').replace(/\/$/, ''), 'ST-3', { password: PASSWORD })).toBe('tls-required');
  });

  it('3: with a certificate that is revoked', async () => {
    const { csr, key } = await makeCertificateRequest('ST-3');
    const station = new WebSocket(`${tlsUrl}/demo/ST-3`, ['ocpp1.6'], { ca, ...(await certificate()) });
    station.on('message', (data: Buffer) => {
      const [type, id] = JSON.parse(data.toString()) as [number, string];
      if (type === 2) station.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    });
    await new Promise((resolve) => station.once('open', resolve));
    station.send(JSON.stringify([2, '1', 'SignCertificate', { csr }]));
    const { requests } = await eventually(async () => {
      const found = await security.listCertificateRequests({ stationId: stationId(3) });
      return found.requests.length > 0 && found;
    });
    const chain = await authority.answer(csr, { commonName: 'ST-3' });
    await security.uploadStationCertificate({ requestId: requests[0]?.requestId ?? '', chain });
    const certificateId = await eventually(async () => {
      const { certificates } = await security.listStationCertificates({ stationId: stationId(3) });
      return certificates.find(({ state }) => state === StationCertificateState.ACCEPTED)?.certificateId;
    });
    station.terminate();
    expect(await attempt(tlsUrl, 'ST-3', { cert: chain, key })).toBe('open');
    await security.revokeStationCertificate({ certificateId, reason: 'lost' });
    expect(await attempt(tlsUrl, 'ST-3', { cert: chain, key })).toBe('certificate-revoked');
    expect(await refusalOf('ST-3')).toMatchObject({ reason: 'certificate-revoked' });
  });

  it('plain text on the TLS port is no connection, and told', async () => {
    expect(await attempt(tlsUrl.replace('wss:', 'ws:'), 'ST-1', { password: PASSWORD })).not.toBe('open');
    const told = (reason: string) =>
      platform.services.get('ocpp-gateway')?.lines.some((line) => line.event === 'tls.refused' && line['reason'] === reason);
    await eventually(() => told('plain-text'));
  });
});

describe('a simulated station', () => {
  it('is brought from profile 1 to 3 by its operator alone: root, key, certificate, each told to it by OCPP', async () => {
    await security.createCertificateAuthority({});
    simulation = startSimulation({
      url: platform.ocppUrl('').replace(/\/$/, ''),
      tlsUrl,
      secondMs: 50,
      stations: [{ tenant: 'demo', identity: 'ST-4', password: PASSWORD }],
    });
    await eventually(async () => (await security.getStationSecurity({ stationId: stationId(4) })).connectionProfile === 1);
    const raise = async (toProfile: number, o: object = {}) => {
      const wanted = { stationIds: [stationId(4)], kind: SecurityChangeKind.RAISE_PROFILE, toProfile, withinS: 60, ...o };
      expect((await security.startSecurityChanges(wanted)).passedOver).toEqual([]);
      const [change] = await eventually(async () => {
        const { changes } = await security.listSecurityChanges({ stationId: stationId(4) });
        return changes[0]?.toProfile === toProfile && changes[0].state !== SecurityChangeState.OPEN && changes;
      });
      expect(change).toMatchObject({ state: SecurityChangeState.DONE, problem: '' });
    };
    await raise(2, { installRoot: true, withKey: true });
    await raise(3);
    const after = await security.getStationSecurity({ stationId: stationId(4) });
    expect(after).toMatchObject({ securityProfile: 3, connectionProfile: 3 });
    expect(after.installedCertificates).toMatchObject([{ subject: 'CN=Ampline server root' }]);
  });
});
