import { createSign, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { playScenario } from '@ampline/station-simulator';
import { atStation } from '../support/at-station.js';
import { OcppStage } from '../support/ocpp-stage.js';
import { TEST_ROOT } from '../support/test-root.js';

/** In the form of a certificate. */
const UNREADABLE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** Commands of Firmware Management and of the security whitepaper, from the call of an operator to the station and back. */
let stage: OcppStage;
beforeAll(async () => {
  stage = await OcppStage.start();
});
afterAll(() => stage.stop());

describe('ExtendedTriggerMessage', () => {
  const { command, told } = atStation(() => stage, 'EXTENDED');

  it.each([
    ['BootNotification', 'BootNotification'],
    ['LogStatusNotification', 'LogStatusNotification'],
    ['FirmwareStatusNotification', 'SignedFirmwareStatusNotification'],
    ['Heartbeat', 'Heartbeat'],
    ['MeterValues', 'MeterValues'],
    ['SignChargePointCertificate', 'SignCertificate'],
    ['StatusNotification', 'StatusNotification'],
  ] as const)('%s brings %s', async (requestedMessage, action) => {
    const before = (await told(action)).length;
    expect(await command('ExtendedTriggerMessage', { requestedMessage })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await told(action)).length > before);
  });

  it('of a connector that is not there is rejected', async () => {
    expect(await command('ExtendedTriggerMessage', { requestedMessage: 'MeterValues', connectorId: 9 })).toEqual({ status: 'Rejected' });
  });
});

describe('files and firmware', () => {
  const { at, command, told } = atStation(() => stage, 'FILES', { profile: { rebootS: 1, files: { installS: 1 } } });
  const image = Buffer.from('firmwareVersion=2.0.0\nimage');
  const stored: { path: string; body: string }[] = [];
  let files: Server;
  let base: string;
  beforeAll(async () => {
    files = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method !== 'GET') stored.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
      response.end(request.method === 'GET' ? image : undefined);
    }).listen(0, '127.0.0.1');
    await once(files, 'listening');
    base = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    files.closeAllConnections();
    files.close();
  });

  it('GetDiagnostics: the file comes, with a status before and after', async () => {
    expect(await command('GetDiagnostics', { location: `${base}/in/` })).toEqual({ fileName: 'FILES-diagnostics.log' });
    await eventually(async () => (await told('DiagnosticsStatusNotification')).length === 2);
    expect(await told('DiagnosticsStatusNotification')).toEqual(['Uploading', 'Uploaded']);
    expect(stored.at(-1)?.path).toBe('/in/FILES-diagnostics.log');
  });

  it('GetLog: a later request cancels the one before', async () => {
    const log = (requestId: number, remoteLocation: string) =>
      command('GetLog', { logType: 'SecurityLog', requestId, log: { remoteLocation }, retries: 9, retryInterval: 1_000 });
    expect((await log(1, 'http://127.0.0.1:1/')).status).toBe('Accepted');
    expect((await log(2, `${base}/log/`)).status).toBe('AcceptedCanceled');
    await eventually(async () => (await told('LogStatusNotification')).includes('Uploaded'));
    expect((await told('LogStatusNotification', 'requestId')).at(-1)).toBe(2);
  });

  it('UpdateFirmware: statuses to the end, the last after the boot with the new version', async () => {
    expect(await command('UpdateFirmware', { location: `${base}/f.bin`, retrieveDate: '2026-01-01T00:00:00Z' })).toEqual({});
    await eventually(async () => (await told('FirmwareStatusNotification')).length === 4);
    expect(await told('FirmwareStatusNotification')).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
    const { station } = await stage.stations.getStation({ stationId: at.station.stationId });
    expect(station?.firmwareVersion).toBe('2.0.0');
  });

  it('SignedUpdateFirmware: verified by the signer, who must be a certificate', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const update = (signingCertificate: string) =>
      command('SignedUpdateFirmware', {
        requestId: 7,
        firmware: {
          location: `${base}/f.bin`,
          retrieveDateTime: '2026-01-01T00:00:00Z',
          signingCertificate,
          signature: createSign('sha256').update(image).sign(privateKey, 'base64'),
        },
      });
    expect(await update(UNREADABLE)).toEqual({ status: 'InvalidCertificate' });
    expect(await update(TEST_ROOT.pem)).toEqual({ status: 'Accepted' });
    await eventually(async () => (await told('SignedFirmwareStatusNotification')).length === 3);
    expect(await told('SignedFirmwareStatusNotification')).toEqual(['Downloading', 'Downloaded', 'InvalidSignature']);
    expect(new Set(await told('SignedFirmwareStatusNotification', 'requestId'))).toEqual(new Set([7]));
  });
});

describe('certificates and security events', () => {
  const { at, command, told, refused } = atStation(() => stage, 'SECURE');
  const certificateType = 'CentralSystemRootCertificate' as const;

  it('InstallCertificate, GetInstalledCertificateIds, DeleteCertificate', async () => {
    expect(await command('GetInstalledCertificateIds', { certificateType })).toEqual({ status: 'NotFound' });
    expect(await command('InstallCertificate', { certificateType, certificate: UNREADABLE })).toEqual({ status: 'Failed' });
    expect(await command('InstallCertificate', { certificateType, certificate: TEST_ROOT.pem })).toEqual({ status: 'Accepted' });
    const { certificateHashData = [] } = await command('GetInstalledCertificateIds', { certificateType });
    const [hash] = certificateHashData;
    if (hash === undefined) throw new Error('no certificate is listed');
    expect(hash).toMatchObject({ hashAlgorithm: 'SHA256', serialNumber: new X509Certificate(TEST_ROOT.pem).serialNumber });
    expect(await command('DeleteCertificate', { certificateHashData: { ...hash, serialNumber: '00FF' } })).toEqual({ status: 'NotFound' });
    expect(await command('DeleteCertificate', { certificateHashData: hash })).toEqual({ status: 'Accepted' });
  });

  it('CertificateSigned is rejected by a station that asked for none, and not sent when it is too long', async () => {
    expect(await command('CertificateSigned', { certificateChain: TEST_ROOT.pem })).toEqual({ status: 'Rejected' });
    expect(await refused('CertificateSigned', { certificateChain: 'x'.repeat(10_001) })).toBe('csms.payload-invalid');
  });

  it('SignCertificate carries a request that is signed by its key, for the name of the station', async () => {
    await command('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
    await eventually(async () => (await told('SignCertificate', 'csr')).length === 1);
    expect(String((await told('SignCertificate', 'csr'))[0])).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
  });

  it('SecurityEventNotification is kept while the station is offline, whatever its type', async () => {
    await playScenario(at.simulated, [
      { do: 'cut-network' },
      { do: 'security-event', type: 'SomethingNobodyHasDefined', techInfo: 'x'.repeat(255) },
      { do: 'restore-network' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    expect(await told('SecurityEventNotification', 'type')).toEqual(['SomethingNobodyHasDefined']);
  });

  it('SecurityProfile is raised only where everything is there, never lowered', async () => {
    expect(await command('ChangeConfiguration', { key: 'SecurityProfile', value: '0' })).toEqual({ status: 'Rejected' });
    expect(await command('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })).toEqual({ status: 'Rejected' });
  });
});
