import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CertificateAuthorityKind,
  CertificateRequestState,
  SecurityChangeKind,
  SecurityChangeState,
  StationCertificateState,
} from '@ampline/contracts';
import { CertificateMaker, eventually, makeCertificateRequest } from '@ampline/platform-testing';
import { hashDataOf } from '../src/security/certificates/certificate-hash-data.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';
import { StationInHands } from './support/station-in-hands.js';

const PASSWORD = 'ampline-demo-station';
const derOf = (pem: string) => new X509Certificate(pem).raw.toString('base64');
const basic = (identity: string, password = PASSWORD) => ({ basic: { username: identity, password } });

let csms: RunningCsms;
let tenant: TestTenant;
let operator: Clients['security'];
let admin: Clients['security'];

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_SETTINGS_DELAY_MS: '600000', OCPP_CSMS_SECURITY_RECONNECT_MS: '0' });
  tenant = await csms.tenant('harbour');
  operator = csms.as('operator', tenant.tenantId).security;
  admin = csms.as('tenant-admin', tenant.tenantId).security;
});
afterAll(() => csms.stop());

async function station(identity: string, o: { password?: string } = {}): Promise<StationInHands> {
  const { stationId } = await csms.station(tenant, identity, o);
  return new StationInHands(csms.bus, { tenantId: tenant.tenantId, tenant: tenant.slug, stationId, identity });
}

/** Sends a request and waits for the certificate. */
async function certified(
  hands: StationInHands,
): Promise<{ chain: string; certificateId: string; shown: { tls: { certificates: string[] } } }> {
  const { csr } = await makeCertificateRequest(hands.who.identity);
  expect(await hands.wire.send('SignCertificate', { csr })).toEqual({ status: 'Accepted' });
  const certificate = await eventually(async () => {
    const { certificates } = await operator.listStationCertificates({ stationId: hands.who.stationId });
    return certificates.find(({ state }) => state === StationCertificateState.ACCEPTED);
  });
  return { ...certificate, shown: { tls: { certificates: [derOf(certificate.chain)] } } };
}

/** The change of a station once it has ended. */
const ended = (stationId: string) =>
  eventually(async () =>
    (await operator.listSecurityChanges({ stationId })).changes.find(({ state }) => state !== SecurityChangeState.OPEN),
  );

describe('without an authority', () => {
  it('a request waits for an operator, who brings the certificate of another authority', async () => {
    const hands = await station('FOREIGN-1', { password: PASSWORD });
    await hands.connect(basic('FOREIGN-1'));
    const { csr } = await makeCertificateRequest('foreign-1');
    expect(await hands.wire.send('SignCertificate', { csr })).toEqual({ status: 'Accepted' });
    const waiting = await operator.listCertificateRequests({ state: CertificateRequestState.WAITING });
    expect(waiting.requests).toMatchObject([{ stationIdentity: 'FOREIGN-1', subject: 'CN=foreign-1', keyType: 'ECDSA P-256', csr }]);
    const requestId = waiting.requests[0]?.requestId ?? '';

    const root = await CertificateMaker.root('Another root');
    const between = await root.below('Another issuing');
    const chain = (await between.answer(csr, { commonName: 'FOREIGN-1' })) + between.certificate;
    expect(await codeOf(operator.uploadStationCertificate({ requestId, chain }))).toBe('csms.security.certificate-unfit');
    expect(await codeOf(operator.trustCertificateAuthority({ certificate: root.certificate }))).toBe('grpc.role-missing');
    await admin.trustCertificateAuthority({ certificate: root.certificate });
    expect(await codeOf(admin.trustCertificateAuthority({ certificate: root.certificate }))).toBe('csms.security.authority-known');
    const another = (await between.issue({ commonName: 'FOREIGN-1' })).certificate;
    expect(await codeOf(operator.uploadStationCertificate({ requestId, chain: another }))).toBe('csms.security.certificate-unfit');

    await operator.uploadStationCertificate({ requestId, chain });
    expect(await codeOf(operator.uploadStationCertificate({ requestId, chain }))).toBe('csms.security.request-decided');
    await eventually(() => hands.sent('CertificateSigned').length === 1);
    await operator.setSecurityProfile({ stationId: hands.who.stationId, securityProfile: 3 });
    const certificates = [derOf(chain), derOf(between.certificate)];
    expect(await hands.connect({ tls: { certificates } })).toMatchObject({ outcome: 'accepted' });
    expect(await hands.connect({ tls: { certificates: certificates.slice(0, 1) } })).toMatchObject({ reason: 'certificate-untrusted' });
  });
});

describe('an authority of the tenant', () => {
  it('is made by its administrator alone, and trusted by nobody else', async () => {
    expect(await codeOf(operator.createCertificateAuthority({}))).toBe('grpc.role-missing');
    await admin.createCertificateAuthority({});
    const { authorities } = await admin.createCertificateAuthority({});
    const all = (await operator.listCertificateAuthorities({})).authorities.filter(({ kind }) => kind !== CertificateAuthorityKind.FOREIGN);
    expect(all.map(({ issues, trusted, kind }) => [kind, issues, trusted])).toEqual([
      [CertificateAuthorityKind.ISSUING, true, true],
      [CertificateAuthorityKind.ROOT, false, true],
      [CertificateAuthorityKind.ISSUING, false, true],
      [CertificateAuthorityKind.ROOT, false, true],
    ]);
    const [root, issuing] = authorities.map(({ certificate }) => new X509Certificate(certificate));
    expect(root && issuing?.verify(root.publicKey)).toBe(true);
    const other = await csms.tenant('elsewhere');
    expect((await csms.as('tenant-admin', other.tenantId).security.listCertificateAuthorities({})).authorities).toEqual([]);
    const { rows } = await csms.admin.query<{ private_key: Buffer }>(
      'SELECT private_key FROM certificate_authority WHERE private_key IS NOT NULL',
    );
    for (const { private_key: sealed } of rows) expect(sealed.toString('latin1')).not.toContain('PRIVATE KEY');
  });

  it('signs what a station asks for; the certificate opens profile 3 until it is revoked', async () => {
    const hands = await station('OWN-1', { password: PASSWORD });
    await hands.connect(basic('OWN-1'));
    const { shown, chain, certificateId } = await certified(hands);
    const leaf = new X509Certificate(chain);
    expect(leaf.subject).toBe('CN=OWN-1\nO=harbour');
    await operator.setSecurityProfile({ stationId: hands.who.stationId, securityProfile: 3 });
    expect(await hands.connect(basic('OWN-1'))).toEqual({ outcome: 'refused', reason: 'tls-required' });
    expect(await hands.connect({ ...basic('OWN-1'), tls: {} })).toEqual({ outcome: 'refused', reason: 'certificate-missing' });
    expect(await hands.connect(shown)).toMatchObject({
      outcome: 'accepted',
      verifier: { certificateSha256: leaf.fingerprint256.replaceAll(':', '').toLowerCase() },
    });
    expect(await operator.getStationSecurity({ stationId: hands.who.stationId })).toMatchObject({
      securityProfile: 3,
      connectionProfile: 3,
    });

    const revoked = new Promise<unknown>((resolve) => {
      csms.bus.serve('ocpp.revoke.harbour.OWN-1', {}, (message) => Promise.resolve(resolve(JSON.parse(message.body))));
    });
    await csms.bus.flush();
    await operator.revokeStationCertificate({ certificateId, reason: 'stolen' });
    expect(await revoked).toEqual({ disconnect: true });
    expect(await codeOf(operator.revokeStationCertificate({ certificateId, reason: 'again' }))).toBe('csms.security.certificate-revoked');
    await hands.disconnect();
    expect(await hands.connect(shown)).toEqual({ outcome: 'refused', reason: 'certificate-revoked' });
    expect(await hands.connect(shown)).toEqual({ outcome: 'refused', reason: 'certificate-revoked' });
    const { stations } = await operator.listRefusedStations({});
    expect(stations.find(({ stationIdentity }) => stationIdentity === 'OWN-1')).toMatchObject({ reason: 'certificate-revoked', times: 2 });
  });

  it('of one tenant opens no station of another that bears the same name', async () => {
    const other = await csms.tenant('neighbour');
    const theirs = await csms.station(other, 'OWN-2');
    await csms.as('operator', other.tenantId).security.setSecurityProfile({ stationId: theirs.stationId, securityProfile: 3 });
    const ours = await station('OWN-2', { password: PASSWORD });
    await ours.connect(basic('OWN-2'));
    const { shown } = await certified(ours);
    const them = new StationInHands(csms.bus, {
      tenantId: other.tenantId,
      tenant: 'neighbour',
      stationId: theirs.stationId,
      identity: 'OWN-2',
    });
    expect(await them.connect(shown)).toEqual({ outcome: 'refused', reason: 'certificate-untrusted' });
  });

  it('refuses requests that will not do, and says why', async () => {
    const hands = await station('OWN-3', { password: PASSWORD });
    await hands.connect(basic('OWN-3'));
    const { csr } = await makeCertificateRequest('OWN-3');
    const der = Buffer.from(csr.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
    der.writeUInt8(der.readUInt8(der.length - 5) ^ 1, der.length - 5);
    const broken = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    const weak = (await makeCertificateRequest('OWN-3', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1_024 })).csr;
    const strangers = (await makeCertificateRequest('OWN-1')).csr;
    for (const refused of ['no request', broken, weak, strangers]) {
      expect(await hands.wire.send('SignCertificate', { csr: refused })).toEqual({ status: 'Rejected' });
    }
    const { requests } = await operator.listCertificateRequests({ stationId: hands.who.stationId });
    expect(requests.map(({ reason }) => reason)).toEqual(['csr-identity', 'csr-key-weak', 'csr-signature', 'csr-unreadable']);
    expect(hands.sent('CertificateSigned')).toEqual([]);
  });

  it('brings the certificate again to a station that was away, and replaces the one before', async () => {
    const hands = await station('OWN-4', { password: PASSWORD });
    await hands.connect(basic('OWN-4'));
    const first = await certified(hands);
    hands.says['CertificateSigned'] = { status: 'Rejected' };
    const { csr } = await makeCertificateRequest('OWN-4', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2_048 });
    await hands.wire.send('SignCertificate', { csr });
    const states = async () =>
      (await operator.listStationCertificates({ stationId: hands.who.stationId })).certificates.map(({ state }) => state).sort();
    await eventually(async () => (await states()).includes(StationCertificateState.REJECTED));
    expect(await states()).toEqual([StationCertificateState.ACCEPTED, StationCertificateState.REJECTED]);
    hands.says['CertificateSigned'] = { status: 'Accepted' };
    const second = await certifiedAnew(hands, first.certificateId);
    expect(second).not.toBe(first.certificateId);
    expect(await states()).toEqual([StationCertificateState.ACCEPTED, StationCertificateState.REJECTED, StationCertificateState.REPLACED]);
    const endsBefore = { seconds: BigInt(Math.floor(Date.now() / 1_000) + 366 * 86_400), nanos: 0 };
    const { certificates } = await operator.listStationCertificates({ stationId: hands.who.stationId, endsBefore });
    expect(certificates.map(({ certificateId }) => certificateId)).toEqual([second]);
  });
});

async function certifiedAnew(hands: StationInHands, before: string): Promise<string> {
  const { csr } = await makeCertificateRequest(hands.who.identity);
  await hands.wire.send('SignCertificate', { csr });
  return eventually(async () => {
    const { certificates } = await operator.listStationCertificates({ stationId: hands.who.stationId });
    return certificates.find((each) => each.state === StationCertificateState.ACCEPTED && each.certificateId !== before)?.certificateId;
  });
}

describe('a key that is rotated', () => {
  const rotate = (...stations: StationInHands[]) =>
    operator.startSecurityChanges({
      stationIds: stations.map(({ who }) => who.stationId),
      kind: SecurityChangeKind.ROTATE_KEY,
      withinS: 3,
    });

  it('holds from its first use on; until then the old one holds as well', async () => {
    const hands = await station('KEY-1', { password: PASSWORD });
    await hands.connect(basic('KEY-1'));
    const key = new Promise<string>((resolve) => (hands.after['ChangeConfiguration'] = ({ value }) => resolve(String(value))));
    const { changes } = await rotate(hands);
    expect(changes).toMatchObject([{ stationIdentity: 'KEY-1', state: SecurityChangeState.OPEN }]);
    expect((await rotate(hands)).passedOver).toMatchObject([{ reason: 'under-way' }]);
    const given = await key;
    expect(given).toMatch(/^[0-9a-f]{40}$/);
    expect(await hands.connect(basic('KEY-1'))).toMatchObject({ outcome: 'accepted' });
    // As a station sends it that takes the key for the hexadecimal form of its bytes.
    expect(await hands.connect(basic('KEY-1', Buffer.from(given, 'hex').toString('latin1')))).toMatchObject({ outcome: 'accepted' });
    expect(await ended(hands.who.stationId)).toMatchObject({ state: SecurityChangeState.DONE });
    expect(await hands.connect(basic('KEY-1'))).toEqual({ outcome: 'refused', reason: 'wrong-password' });
    const { rows } = await csms.admin.query('SELECT payload::text, response::text FROM command WHERE station_id = $1', [
      hands.who.stationId,
    ]);
    expect(JSON.stringify(rows)).not.toContain(given);
  });

  it('is withdrawn when the station refuses it, kept beside the old one when it may have taken it', async () => {
    const [refusing, silent] = [await station('KEY-2', { password: PASSWORD }), await station('KEY-3', { password: PASSWORD })];
    await Promise.all([refusing.connect(basic('KEY-2')), silent.connect(basic('KEY-3'))]);
    refusing.says['ChangeConfiguration'] = { status: 'Rejected' };
    const keys: string[] = [];
    for (const hands of [refusing, silent]) hands.after['ChangeConfiguration'] = ({ value }) => void keys.push(String(value));
    const away = await station('KEY-4', { password: PASSWORD });
    await rotate(refusing, silent, away);
    expect(await ended(refusing.who.stationId)).toMatchObject({ state: SecurityChangeState.ROLLED_BACK, problem: 'key-refused' });
    expect(await ended(silent.who.stationId)).toMatchObject({ state: SecurityChangeState.UNCONFIRMED, problem: 'not-seen' });
    expect(await ended(away.who.stationId)).toMatchObject({ state: SecurityChangeState.ROLLED_BACK, problem: 'not-reached' });
    const [first = '', second = ''] = keys;
    const outcomes = await Promise.all([
      ...[first, second].map((key) => refusing.connect(basic('KEY-2', key))),
      ...[first, second].map((key) => silent.connect(basic('KEY-3', key))),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'refused', 'refused', 'refused']);
    expect(await silent.connect(basic('KEY-3'))).toMatchObject({ outcome: 'refused' });
    expect(await refusing.connect(basic('KEY-2'))).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a profile that is raised', () => {
  const raise = (hands: StationInHands, toProfile: number, o: object = {}) =>
    operator.startSecurityChanges({
      stationIds: [hands.who.stationId],
      kind: SecurityChangeKind.RAISE_PROFILE,
      toProfile,
      withinS: 20,
      ...o,
    });
  const profileOf = async (hands: StationInHands) =>
    (await operator.getStationSecurity({ stationId: hands.who.stationId })).securityProfile;

  it('to 2 comes with a key, and holds once the station has come by TLS', async () => {
    const hands = await station('RAISE-1');
    await hands.connect();
    let key = '';
    hands.after['ChangeConfiguration'] = async (payload) => {
      if (payload['key'] === 'AuthorizationKey') key = String(payload['value']);
      else await hands.connect({ ...basic('RAISE-1', key), tls: { protocol: 'TLSv1.3' } });
    };
    expect((await raise(hands, 2)).passedOver).toMatchObject([{ reason: 'password-missing' }]);
    await raise(hands, 2, { withKey: true });
    expect(await ended(hands.who.stationId)).toMatchObject({ state: SecurityChangeState.DONE, toProfile: 2 });
    expect(hands.sent('ChangeConfiguration').map((payload) => payload['key'])).toEqual(['AuthorizationKey', 'SecurityProfile']);
    expect(await profileOf(hands)).toBe(2);
    expect(await hands.connect(basic('RAISE-1', key))).toEqual({ outcome: 'refused', reason: 'tls-required' });
    expect((await raise(hands, 2)).passedOver).toMatchObject([{ reason: 'profile-not-higher' }]);
    const facts = await csms.facts(hands.who.stationId);
    expect(facts.findLast(({ subject }) => subject.includes('.station.changed.'))?.payload).toMatchObject({ securityProfile: 2 });
  });

  it('to 3 has the station ask for a certificate first', async () => {
    const hands = await station('RAISE-2', { password: PASSWORD });
    await hands.connect(basic('RAISE-2'));
    let chain = '';
    hands.after['ExtendedTriggerMessage'] = async () => {
      await hands.wire.send('SignCertificate', { csr: (await makeCertificateRequest('RAISE-2')).csr });
    };
    hands.after['CertificateSigned'] = (payload) => void (chain = String(payload['certificateChain']));
    hands.after['ChangeConfiguration'] = async () => {
      await hands.connect({ tls: { certificates: [derOf(chain)] } });
    };
    await raise(hands, 3);
    expect(await ended(hands.who.stationId)).toMatchObject({ state: SecurityChangeState.DONE, toProfile: 3 });
    expect(hands.sent('ExtendedTriggerMessage')).toEqual([{ requestedMessage: 'SignChargePointCertificate' }]);
    expect(await profileOf(hands)).toBe(3);
  });

  it('is rolled back when the station does not come back with it, or refuses', async () => {
    const [lost, refusing] = [await station('RAISE-3', { password: PASSWORD }), await station('RAISE-4', { password: PASSWORD })];
    await Promise.all([lost.connect(basic('RAISE-3')), refusing.connect(basic('RAISE-4'))]);
    refusing.says['ChangeConfiguration'] = { status: 'NotSupported' };
    lost.after['ChangeConfiguration'] = async () => void (await lost.connect(basic('RAISE-3')));
    await Promise.all([raise(lost, 2, { withinS: 2 }), raise(refusing, 2)]);
    expect(await ended(refusing.who.stationId)).toMatchObject({ state: SecurityChangeState.ROLLED_BACK, problem: 'profile-refused' });
    expect(await ended(lost.who.stationId)).toMatchObject({ state: SecurityChangeState.ROLLED_BACK, problem: 'not-seen' });
    expect(await profileOf(lost)).toBe(1);
    expect(await lost.connect(basic('RAISE-3'))).toMatchObject({ outcome: 'accepted' });
  });

  it('is lowered by an operator alone, with a trace', async () => {
    const hands = await station('LOWER-1', { password: PASSWORD });
    await operator.setSecurityProfile({ stationId: hands.who.stationId, securityProfile: 2 });
    expect(await hands.connect(basic('LOWER-1'))).toEqual({ outcome: 'refused', reason: 'tls-required' });
    const support = csms.as('support', tenant.tenantId).security;
    expect(await codeOf(support.setSecurityProfile({ stationId: hands.who.stationId, securityProfile: 1 }))).toBe('grpc.role-missing');
    await operator.setSecurityProfile({ stationId: hands.who.stationId, securityProfile: 1 });
    expect(await hands.connect(basic('LOWER-1'))).toMatchObject({ outcome: 'accepted' });
    const { rows } = await csms.admin.query<{ payload: string }>(`SELECT payload FROM outbox WHERE subject LIKE '%audit.recorded%'`);
    expect(rows.filter(({ payload }) => payload.includes('security-profile-set') && payload.includes('LOWER-1'))).toHaveLength(2);
  });
});

describe('what stations tell of their security', () => {
  it('is stored once, listed and filtered; critical events are marked', async () => {
    const hands = await station('EVENT-1');
    await hands.connect();
    const timestamp = '2026-03-05T10:00:00Z';
    await hands.wire.send('SecurityEventNotification', { type: 'TamperDetectionActivated', timestamp, techInfo: 'lid' });
    await hands.wire.send('SecurityEventNotification', { type: 'VendorSpecific', timestamp });
    const all = await operator.listSecurityEvents({ stationId: hands.who.stationId });
    expect(all.events.map(({ type, critical, techInfo }) => [type, critical, techInfo])).toEqual([
      ['VendorSpecific', false, ''],
      ['TamperDetectionActivated', true, 'lid'],
    ]);
    const { events } = await operator.listSecurityEvents({ stationId: hands.who.stationId, criticalOnly: true });
    expect(events.map(({ type }) => type)).toEqual(['TamperDetectionActivated']);
  });

  it('includes the roots that it has, from its answers', async () => {
    const hands = await station('ROOTS-1');
    await hands.connect();
    const { commands } = csms.as('operator', tenant.tenantId);
    const send = (action: string, payload: object) =>
      commands.sendCommand({ stationId: hands.who.stationId, action, payloadJson: JSON.stringify(payload) });
    const installed = async () =>
      (await operator.getStationSecurity({ stationId: hands.who.stationId })).installedCertificates.map(({ subject }) => subject);
    const root = await CertificateMaker.root('Server root');
    await send('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: root.certificate });
    expect(await installed()).toEqual(['CN=Server root']);
    const known = hashDataOf(new X509Certificate(root.certificate));
    const shouted = { ...known, issuerNameHash: known.issuerNameHash.toUpperCase(), serialNumber: `00${known.serialNumber.toUpperCase()}` };
    const factory = { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '1' };
    hands.says['GetInstalledCertificateIds'] = { status: 'Accepted', certificateHashData: [shouted, factory] };
    await send('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });
    expect((await installed()).sort()).toEqual(['', 'CN=Server root']);
    await send('DeleteCertificate', { certificateHashData: known });
    expect(await installed()).toEqual(['']);
  });
});
