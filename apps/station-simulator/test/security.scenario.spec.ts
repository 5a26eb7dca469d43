import 'reflect-metadata';
import { createSign, generateKeyPairSync, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { playScenario } from '../src/index.js';
import { TestAuthority } from './support/test-authority.js';
import { FileServer } from './support/file-server.js';
import { Scene } from './support/scene.js';

let scene: Scene;
let authority: TestAuthority;
beforeAll(async () => {
  authority = await TestAuthority.create('Test root');
});
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(async () => {
  expect(scene.centralSystem.violations).toEqual([]);
  await scene.close();
});

describe('certificates of a station', () => {
  it('asks for one when it is triggered, and takes the one it asked for', async () => {
    const station = await scene.station();
    const { centralSystem } = scene;
    centralSystem.script = ({ action }) => (action === 'SignCertificate' ? { result: { status: 'Accepted' } } : undefined);
    expect(await centralSystem.command('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' })).toEqual({
      status: 'Accepted',
    });
    await eventually(() => centralSystem.of('SignCertificate').length === 1);
    const csr = String(centralSystem.of('SignCertificate')[0]?.payload['csr']);
    const issued = await authority.sign(csr);
    expect(new NodeCertificate(issued).subject).toContain('CN=SIM-001');
    const stranger = await (await TestAuthority.create('Other')).own();
    expect(await centralSystem.command('CertificateSigned', { certificateChain: stranger })).toEqual({ status: 'Rejected' });
    expect(await centralSystem.command('CertificateSigned', { certificateChain: issued })).toEqual({ status: 'Accepted' });
    expect(station.security.certificate?.chain).toBe(issued);
    expect(await centralSystem.command('CertificateSigned', { certificateChain: issued })).toEqual({ status: 'Rejected' });
  });

  it('drops its key when nobody signs', async () => {
    const station = await scene.station();
    scene.centralSystem.script = ({ action }) => (action === 'SignCertificate' ? { result: { status: 'Rejected' } } : undefined);
    await playScenario(station, [{ do: 'request-certificate' }, { do: 'wait-until', condition: 'drained' }]);
    const issued = await authority.sign(String(scene.centralSystem.of('SignCertificate')[0]?.payload['csr']));
    expect(await scene.centralSystem.command('CertificateSigned', { certificateChain: issued })).toEqual({ status: 'Rejected' });
  });

  it('installs, lists and deletes roots', async () => {
    await scene.station({ configuration: { CertificateStoreMaxLength: '1' } });
    const { centralSystem } = scene;
    const certificateType = 'CentralSystemRootCertificate' as const;
    const list = () => centralSystem.command('GetInstalledCertificateIds', { certificateType });
    expect(await list()).toEqual({ status: 'NotFound' });
    expect(await centralSystem.command('InstallCertificate', { certificateType, certificate: 'no certificate' })).toEqual({
      status: 'Failed',
    });
    const certificate = await authority.own();
    expect(await centralSystem.command('InstallCertificate', { certificateType, certificate })).toEqual({ status: 'Accepted' });
    const other = await (await TestAuthority.create('Other')).own();
    expect(await centralSystem.command('InstallCertificate', { certificateType, certificate: other })).toEqual({ status: 'Rejected' });
    const { certificateHashData } = (await list()) as { certificateHashData: [Awaited<ReturnType<TestAuthority['hash']>>] };
    expect(certificateHashData).toEqual([await authority.hash()]);
    expect(
      await centralSystem.command('DeleteCertificate', { certificateHashData: { ...certificateHashData[0], serialNumber: 'FF' } }),
    ).toEqual({
      status: 'NotFound',
    });
    expect(await centralSystem.command('DeleteCertificate', { certificateHashData: certificateHashData[0] })).toEqual({
      status: 'Accepted',
    });
    expect(await list()).toEqual({ status: 'NotFound' });
  });
});

describe('security events', () => {
  it('are kept while offline, and told once it is online again', async () => {
    const station = await scene.station();
    await playScenario(station, [
      { do: 'cut-network' },
      { do: 'security-event', type: 'TamperDetectionActivated' },
      { do: 'restore-network' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    expect(scene.centralSystem.of('SecurityEventNotification').map(({ payload }) => payload['type'])).toEqual(['TamperDetectionActivated']);
  });

  it('of critical kinds are told where the profile says so', async () => {
    const station = await scene.station({ securityEvents: true, rebootS: 1 });
    await scene.centralSystem.command('Reset', { type: 'Soft' });
    await eventually(() => scene.centralSystem.of('SecurityEventNotification').length === 3);
    await playScenario(station, [{ do: 'wait-until', condition: 'drained' }]);
    expect(scene.centralSystem.of('SecurityEventNotification').map(({ payload }) => payload['type'])).toEqual([
      'StartupOfTheDevice',
      'ResetOrReboot',
      'StartupOfTheDevice',
    ]);
  });
});

describe('keys and profiles', () => {
  it('comes back with a new AuthorizationKey', async () => {
    await scene.station();
    const key = '0123456789abcdef0123';
    expect(await scene.centralSystem.command('ChangeConfiguration', { key: 'AuthorizationKey', value: key })).toEqual({
      status: 'Accepted',
    });
    await eventually(() => scene.centralSystem.upgrades.length === 2);
    expect(scene.centralSystem.upgrades[1]?.authorization).toBe(`Basic ${Buffer.from(`SIM-001:${key}`).toString('base64')}`);
  });

  it('raises its security profile only to one that it has everything for, and never lowers it', async () => {
    await scene.station();
    const raise = async (value: string) =>
      (await scene.centralSystem.command('ChangeConfiguration', { key: 'SecurityProfile', value }))['status'];
    expect(await raise('1')).toBe('Rejected');
    await scene.centralSystem.command('ChangeConfiguration', { key: 'AuthorizationKey', value: '0123456789abcdef' });
    await eventually(() => scene.centralSystem.upgrades.length === 2);
    expect(await raise('1')).toBe('Accepted');
    await eventually(() => scene.centralSystem.upgrades.length === 3);
    expect(await raise('0')).toBe('Rejected');
    expect(await raise('2')).toBe('Rejected');
  });
});

describe('a profile that does not work', () => {
  it('is given up after three connections that fail: the station is back with the one before', async () => {
    const station = await scene.station(
      {},
      {
        tlsUrl: 'wss://127.0.0.1:1/ocpp',
        stations: [
          {
            tenant: 'demo',
            identity: 'SIM-001',
            password: '0123456789abcdef',
            ca: [await authority.own()],
            profile: { charging: { automatic: false }, connection: { reconnectMinMs: 20, reconnectMaxMs: 60 } },
          },
        ],
      },
    );
    expect(await scene.centralSystem.command('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })).toEqual({
      status: 'Accepted',
    });
    await eventually(() => scene.centralSystem.upgrades.length === 2);
    expect(station.connection.profile).toBe(1);
  });
});

describe('signed firmware', () => {
  const told = () => scene.centralSystem.of('SignedFirmwareStatusNotification').map(({ payload }) => payload['status']);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const image = Buffer.from('firmwareVersion=2.0.0\nimage');
  let files: FileServer;
  let signer: string;
  beforeEach(async () => {
    files = await FileServer.start();
    files.files.set('/f.bin', image);
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const key = await webcrypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
    signer = await authority.issue('Manufacturer', key);
  });
  afterEach(() => files.stop());

  const update = (signature: string, signingCertificate = signer, requestId = 7, location = `${files.url}/f.bin`) =>
    scene.centralSystem.command('SignedUpdateFirmware', {
      requestId,
      firmware: { location, retrieveDateTime: '2026-01-01T00:00:00Z', signingCertificate, signature },
    });
  const good = () => createSign('sha256').update(image).sign(privateKey, 'base64');

  it('is verified, installed, booted', async () => {
    const station = await scene.station({ rebootS: 1, files: { installS: 1 } });
    expect(await update(good())).toEqual({ status: 'Accepted' });
    await eventually(() => told().includes('Installed'));
    expect(told()).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']);
    expect(scene.centralSystem.of('SignedFirmwareStatusNotification').every(({ payload }) => payload['requestId'] === 7)).toBe(true);
    expect(station.firmware.version).toBe('2.0.0');
  });

  it('is not installed with another signature', async () => {
    await scene.station();
    expect(await update(Buffer.from('another').toString('base64'))).toEqual({ status: 'Accepted' });
    await eventually(() => told().length === 3);
    expect(told()).toEqual(['Downloading', 'Downloaded', 'InvalidSignature']);
  });

  it('is not fetched for a signer that no manufacturer’s root has issued', async () => {
    await scene.station();
    const certificate = await (await TestAuthority.create('Another manufacturer')).own();
    await scene.centralSystem.command('InstallCertificate', { certificateType: 'ManufacturerRootCertificate', certificate });
    expect(await update(good())).toEqual({ status: 'InvalidCertificate' });
    expect(await update(good(), 'not a certificate')).toEqual({ status: 'InvalidCertificate' });
    expect(told()).toEqual([]);
  });

  it('takes the place of an update that is not being installed yet', async () => {
    await scene.station({ files: { installS: 1 }, rebootS: 1 });
    const slow = scene.centralSystem.command('SignedUpdateFirmware', {
      requestId: 1,
      firmware: {
        location: `${files.url}/f.bin`,
        retrieveDateTime: new Date(Date.now() + 60_000).toISOString(),
        signingCertificate: signer,
        signature: good(),
      },
    });
    expect(await slow).toEqual({ status: 'Accepted' });
    await eventually(() => told().includes('DownloadScheduled'));
    expect(await update(good(), signer, 2)).toEqual({ status: 'AcceptedCanceled' });
    await eventually(() => told().includes('Installed'));
  });
});
