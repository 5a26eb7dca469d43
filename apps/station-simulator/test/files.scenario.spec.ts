import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { playScenario } from '../src/index.js';
import { FileServer } from './support/file-server.js';
import { FtpServer } from './support/ftp-server.js';
import { Scene } from './support/scene.js';

let scene: Scene;
let files: FileServer;
beforeEach(async () => {
  scene = await Scene.open();
  files = await FileServer.start();
});
afterEach(async () => {
  expect(scene.centralSystem.violations).toEqual([]);
  await scene.close();
  await files.stop();
});

const told = (action: 'DiagnosticsStatusNotification' | 'FirmwareStatusNotification' | 'LogStatusNotification') =>
  scene.centralSystem.of(action).map(({ payload }) => payload['status']);
const PAST = '2026-01-01T00:00:00Z';

describe('files', () => {
  it('puts diagnostics where it is told, with the credentials of the address', async () => {
    await scene.station();
    const location = files.url.replace('http://', 'http://one:time@');
    expect(await scene.centralSystem.command('GetDiagnostics', { location: `${location}/in/` })).toEqual({
      fileName: 'SIM-001-diagnostics.log',
    });
    await eventually(() => told('DiagnosticsStatusNotification').length === 2);
    expect(told('DiagnosticsStatusNotification')).toEqual(['Uploading', 'Uploaded']);
    expect(files.stored).toMatchObject([
      { method: 'PUT', path: '/in/SIM-001-diagnostics.log', authorization: `Basic ${Buffer.from('one:time').toString('base64')}` },
    ]);
    expect(files.stored[0]?.content.toString()).toContain('HeartbeatInterval=');
  });

  it('posts where that is how the firmware puts files, and tries again as often as it is told', async () => {
    await scene.station({ files: { uploadMethod: 'POST' } });
    files.failures = 2;
    await scene.centralSystem.command('GetDiagnostics', { location: `${files.url}/in`, retries: 2, retryInterval: 1 });
    await eventually(() => told('DiagnosticsStatusNotification').includes('Uploaded'));
    expect(files.stored).toMatchObject([{ method: 'POST', path: '/in' }]);
  });

  it('says so when nobody takes the file', async () => {
    await scene.station();
    await scene.centralSystem.command('GetDiagnostics', { location: 'http://127.0.0.1:1/in/' });
    await eventually(() => told('DiagnosticsStatusNotification').length === 2);
    expect(told('DiagnosticsStatusNotification')).toEqual(['Uploading', 'UploadFailed']);
  });

  it('puts and fetches over FTP', async () => {
    const ftp = await FtpServer.start();
    try {
      const station = await scene.station({ rebootS: 1, files: { installS: 1 } });
      const base = `ftp://user:word@127.0.0.1:${ftp.port}`;
      await scene.centralSystem.command('GetDiagnostics', { location: `${base}/in/` });
      await eventually(() => told('DiagnosticsStatusNotification').includes('Uploaded'));
      expect(ftp.logins).toEqual(['user:word']);
      expect(ftp.files.get('/in/SIM-001-diagnostics.log')?.length).toBeGreaterThan(100);
      ftp.files.set('/firmware-2.3.4.bin', Buffer.from('anything'));
      await scene.centralSystem.command('UpdateFirmware', { location: `${base}/firmware-2.3.4.bin`, retrieveDate: PAST });
      await eventually(() => told('FirmwareStatusNotification').includes('Installed'));
      expect(station.firmware.version).toBe('2.3.4');
    } finally {
      await ftp.stop();
    }
  });

  it('sends logs, one at a time', async () => {
    const station = await scene.station();
    await playScenario(station, [{ do: 'security-event', type: 'TamperDetectionActivated', techInfo: 'door' }]);
    const ask = (requestId: number, remoteLocation: string, retryInterval: number) =>
      scene.centralSystem.command('GetLog', { logType: 'SecurityLog', requestId, log: { remoteLocation }, retries: 5, retryInterval });
    expect(await ask(1, 'http://127.0.0.1:1/', 1_000)).toMatchObject({ status: 'Accepted' });
    await eventually(() => told('LogStatusNotification').length === 1);
    expect(await ask(2, `${files.url}/logs/`, 1)).toEqual({ status: 'AcceptedCanceled', filename: 'SIM-001-security-2.log' });
    await eventually(() => files.stored.length === 1);
    await eventually(() => told('LogStatusNotification').length === 3);
    expect(scene.centralSystem.of('LogStatusNotification').map(({ payload }) => payload)).toEqual([
      { status: 'Uploading', requestId: 1 },
      { status: 'Uploading', requestId: 2 },
      { status: 'Uploaded', requestId: 2 },
    ]);
    expect(files.stored[0]?.content.toString()).toContain('TamperDetectionActivated door');
  });
});

describe('firmware', () => {
  it('fetches, installs, boots with the new version, and then says that it is installed', async () => {
    await scene.station({ rebootS: 1, files: { installS: 1 } });
    files.files.set('/f.bin', Buffer.from('firmwareVersion=1.7.0\n0123'));
    expect(await scene.centralSystem.command('UpdateFirmware', { location: `${files.url}/f.bin`, retrieveDate: PAST })).toEqual({});
    await eventually(() => told('FirmwareStatusNotification').length === 4);
    expect(told('FirmwareStatusNotification')).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
    const boots = scene.centralSystem.of('BootNotification');
    expect(boots.map(({ payload }) => payload['firmwareVersion'])).toEqual(['1.6.4', '1.7.0']);
    expect(scene.centralSystem.of('FirmwareStatusNotification')[3]?.connection).toBe(2);
  });

  it('waits for its time, and for what charges', async () => {
    const station = await scene.station({ rebootS: 1, files: { installS: 1 } });
    files.files.set('/f.bin', Buffer.from('x'));
    await playScenario(station, [{ do: 'start', connectorId: 1, idToken: 'A' }]);
    const retrieveDate = new Date(Date.now() + 200).toISOString();
    await scene.centralSystem.command('UpdateFirmware', { location: `${files.url}/f.bin`, retrieveDate });
    expect(told('FirmwareStatusNotification')).toEqual([]);
    await eventually(() => told('FirmwareStatusNotification').length === 2);
    await playScenario(station, [{ do: 'stop', connectorId: 1 }]);
    await eventually(() => told('FirmwareStatusNotification').includes('Installed'));
    expect(scene.centralSystem.of('StopTransaction')[0]?.payload).toMatchObject({ reason: 'Local' });
  });

  it.each([
    ['downloads-fail', '/f.bin', ['Downloading', 'DownloadFailed']],
    ['normal', '/nothing', ['Downloading', 'DownloadFailed']],
    ['firmware-fails', '/f.bin', ['Downloading', 'Downloaded', 'Installing', 'InstallationFailed']],
  ] as const)('fails as it is told to: %s, %s', async (name, path, statuses) => {
    await scene.station(name);
    files.files.set('/f.bin', Buffer.from('x'));
    await scene.centralSystem.command('UpdateFirmware', { location: `${files.url}${path}`, retrieveDate: PAST });
    await eventually(() => told('FirmwareStatusNotification').length === statuses.length);
    expect(told('FirmwareStatusNotification')).toEqual(statuses);
    expect(scene.centralSystem.of('BootNotification')).toHaveLength(1);
  });
});
