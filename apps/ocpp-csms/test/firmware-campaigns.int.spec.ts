import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirmwareCampaignState, StationFileKind, type FirmwareImage } from '@ampline/contracts';
import { eventually, freePort } from '@ampline/platform-testing';
import { campaignNow, ended, QUICK, startCampaign, tally, updatesOf, uploadImage } from './support/campaigns.js';
import { FirmwareFleet, type Conduct, type FleetStation } from './support/firmware-fleet.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
let me: Clients;
let fleet: FirmwareFleet;
let port: number;

beforeAll(async () => {
  port = await freePort();
  csms = await RunningCsms.start({
    OCPP_CSMS_FILES_HTTP_PORT: String(port),
    OCPP_CSMS_FIRMWARE_STEP_MS: '50',
    OCPP_CSMS_COMMAND_TIMEOUT_MS: '2000',
    OCPP_CSMS_SETTINGS_DELAY_MS: '600000',
  });
  demo = await csms.tenant('demo');
  me = csms.as('operator', demo.tenantId);
  fleet = new FirmwareFleet(csms.bus, demo, '2.0');
});
afterAll(async () => {
  await fleet.close();
  await csms.stop();
});

let images = 0;

/** Stations of a vendor of their own and an image for them. */
async function prepare(
  conducts: readonly Conduct[],
  signing = {},
): Promise<{ stations: FleetStation[]; image: FirmwareImage; bytes: Buffer }> {
  const vendor = `Vendor${++images}`;
  const stations = await fleet.add(csms, conducts.length, { vendor, version: '1.0', conduct: (i) => conducts[i] ?? 'good' });
  return { stations, ...(await uploadImage(me, { vendor, version: '2.0', ...signing })) };
}

const of = (n: number, conduct: Conduct): Conduct[] => Array<Conduct>(n).fill(conduct);

describe('a campaign', () => {
  it('brings its stations to the new version, by the bytes of the image', async () => {
    const { stations, image, bytes } = await prepare(of(4, 'good'));
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'All well' });
    expect(await ended(me, campaignId)).toMatchObject({ state: FirmwareCampaignState.COMPLETED, reason: '' });
    const updates = await updatesOf(me, campaignId);
    expect(tally(updates)).toEqual({ verified: 4 });
    expect(updates[0]).toMatchObject({ attempt: 1, fromVersion: '1.0', firmwareVersion: '2.0' });
    for (const station of stations) expect(station.downloads.map((got) => got.equals(bytes))).toEqual([true]);
  });

  it('tells of each way to fail', async () => {
    const { image } = await prepare(['download-fails', 'installation-fails', 'wrong-version', 'refuses', 'good']);
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Ways to fail' });
    await ended(me, campaignId);
    expect(tally(await updatesOf(me, campaignId))).toEqual({
      'failed download-failed': 1,
      'failed installation-failed': 1,
      'failed version-differs': 1,
      'failed not-supported': 1,
      verified: 1,
    });
  });

  it('tries again, as often as its plan says', async () => {
    const { stations, image } = await prepare(['download-fails', 'download-fails']);
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Again', plan: { attempts: 3 } });
    const [first, second] = stations;
    await eventually(() => (second?.commands.length ?? 0) >= 2);
    (second as FleetStation).conduct = 'good';
    await ended(me, campaignId);
    expect(first?.commands).toHaveLength(3);
    expect(tally(await updatesOf(me, campaignId))).toEqual({ 'failed download-failed': 1, verified: 1 });
  });

  it('gives a station up that is not heard of', async () => {
    const { image } = await prepare(['silent']);
    const plan = { downloadTimeoutS: 10 };
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Silence', plan });
    // Not waited for: the moment is brought nearer.
    await eventually(async () => tally(await updatesOf(me, campaignId))['accepted'] === 1);
    await csms.admin.query(`UPDATE firmware_update SET due_at = now() WHERE campaign_id = $1`, [campaignId]);
    await ended(me, campaignId);
    expect(tally(await updatesOf(me, campaignId))).toEqual({ 'failed download-timeout': 1 });
  });

  it('is aborted when too many fail, and lets the others end', async () => {
    const { image } = await prepare([...of(4, 'installation-fails'), ...of(16, 'good')]);
    const plan = {
      stages: [{ size: { case: 'percent' as const, value: 100 } }],
      concurrency: 4,
      abortAbovePercent: 0,
      abortMinFinished: 1,
    };
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Too many', plan });
    expect(await ended(me, campaignId)).toMatchObject({ state: FirmwareCampaignState.ABORTED, reason: 'failure-rate' });
    const counts = tally(await updatesOf(me, campaignId));
    expect(counts['skipped campaign-aborted']).toBeGreaterThan(0);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(20);
  });

  it('begins its stages one after the other, and pauses between them', async () => {
    const { stations, image } = await prepare(of(6, 'hold'));
    const plan = { stages: [{ size: { case: 'stations' as const, value: 2 } }, { size: { case: 'percent' as const, value: 100 } }] };
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Stages', plan });
    const asked = () => stations.filter(({ commands }) => commands.length > 0);
    await eventually(() => asked().length === 2);
    await me.firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.PAUSED });
    for (const station of asked()) station.release();
    await eventually(async () => (await campaignNow(me, campaignId)).stages[0]?.verified === 2);
    expect(asked()).toHaveLength(2);
    await me.firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.RUNNING });
    await eventually(() => asked().length === 6);
    for (const station of stations) station.release();
    expect((await ended(me, campaignId)).stages.map(({ stations: all, verified }) => [all, verified])).toEqual([
      [2, 2],
      [4, 4],
    ]);
  });

  it('keeps to its window in the time zone of the site', async () => {
    const { stations, image } = await prepare(of(1, 'good'));
    const minute = (new Date().getUTCHours() + 12) % 24;
    const plan = { window: { fromMinute: minute * 60, untilMinute: minute * 60 + 30 } };
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Window', plan });
    // Another campaign that is through has had its turns since.
    await ended(me, await startCampaign(me, { imageId: (await prepare(of(1, 'good'))).image.imageId, name: 'Beside' }));
    expect(stations[0]?.commands).toEqual([]);
    await me.firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.ABORTED });
    expect(await ended(me, campaignId)).toMatchObject({ reason: 'by-person' });
    expect(tally(await updatesOf(me, campaignId))).toEqual({ 'skipped campaign-aborted': 1 });
  });

  it('does not disturb a running session, unless it says so', async () => {
    const { stations, image } = await prepare(of(1, 'good'));
    const [station] = stations as [FleetStation];
    const transactionId = await station.wire.begin();
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Polite' });
    await ended(me, await startCampaign(me, { imageId: (await prepare(of(1, 'good'))).image.imageId, name: 'Beside it' }));
    expect(station.commands).toEqual([]);
    await station.wire.end(transactionId);
    await ended(me, campaignId);
    expect(station.commands).toHaveLength(1);

    const other = await prepare(of(1, 'good'));
    await (other.stations[0] as FleetStation).wire.begin();
    const rude = await startCampaign(me, { imageId: other.image.imageId, name: 'Rude', plan: { duringSessions: true } });
    await ended(me, rude);
    expect(tally(await updatesOf(me, rude))).toEqual({ verified: 1 });
  });

  it('skips a station that is never there', async () => {
    const { stations, image } = await prepare(of(1, 'good'));
    await (stations[0] as FleetStation).wire.report('closed');
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Nobody there' });
    await csms.admin.query(`UPDATE firmware_campaign SET stage_began_at = now() - interval '1 day' WHERE campaign_id = $1`, [campaignId]);
    expect(await ended(me, campaignId)).toMatchObject({ state: FirmwareCampaignState.COMPLETED });
    expect(tally(await updatesOf(me, campaignId))).toEqual({ 'skipped never-online': 1 });
  });

  it('sends a signed image with its signature, and heeds the request id', async () => {
    const signing = { signature: 'c2lnbmVk', signingCertificate: '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----' };
    const { stations, image } = await prepare(of(2, 'good'), signing);
    expect(image.signed).toBe(true);
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Signed' });
    await ended(me, campaignId);
    expect(tally(await updatesOf(me, campaignId))).toEqual({ verified: 2 });
    expect(stations[0]?.commands[0]).toMatchObject({ action: 'SignedUpdateFirmware', payload: { firmware: { signature: 'c2lnbmVk' } } });
  });
});

describe('a preview', () => {
  it('counts whom a campaign would reach', async () => {
    const { stations, image } = await prepare(of(3, 'good'));
    const [up, away] = stations as [FleetStation, FleetStation];
    up.version = '2.0';
    await up.boot();
    await away.wire.report('closed');
    const preview = await me.firmware.previewFirmwareCampaign({ imageId: image.imageId });
    expect(preview).toMatchObject({ stations: 2, offline: 1, upToDate: 1 });
    expect(preview.versions.map(({ version, stations: n }) => [version, n])).toEqual([
      ['1.0', 2],
      ['2.0', 1],
    ]);
    const target = { stationIds: [up.wire.stationId] };
    const plan = { ...QUICK };
    const empty = me.firmware.createFirmwareCampaign({ name: 'Nobody', imageId: image.imageId, target, plan });
    expect(await codeOf(empty)).toBe('csms.firmware.campaign-empty');
  });
});

describe('an image', () => {
  it('has to be what was announced', async () => {
    const announced = { vendor: 'Acme', version: '9', fileName: 'a.bin', sizeBytes: 10n, sha256: 'a'.repeat(64) };
    const { imageId } = await me.firmware.beginFirmwareImage(announced);
    await me.firmware.appendFirmwareImage({ imageId, part: 0, content: randomBytes(10) });
    expect(await codeOf(me.firmware.finishFirmwareImage({ imageId, parts: 1 }))).toBe('csms.firmware.image-differs');
    expect(await codeOf(me.firmware.finishFirmwareImage({ imageId, parts: 2 }))).toBe('csms.firmware.image-differs');
  });

  it('is one per version, is not retired while it is needed, and is not used when it is retired', async () => {
    const { image } = await prepare(of(1, 'hold'));
    const { vendor, version, imageId } = image;
    expect(await codeOf(uploadImage(me, { vendor, version }))).toBe('csms.firmware.image-version-taken');
    const campaignId = await startCampaign(me, { imageId, name: 'Needs it' });
    expect(await codeOf(me.firmware.retireFirmwareImage({ imageId }))).toBe('csms.firmware.image-in-use');
    await me.firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.ABORTED });
    expect((await me.firmware.retireFirmwareImage({ imageId })).image?.retired).toBe(true);
    expect(await codeOf(startCampaign(me, { imageId, name: 'Too late' }))).toBe('csms.firmware.image-not-available');
    const again = me.firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.RUNNING });
    expect(await codeOf(again)).toBe('csms.firmware.campaign-state-impossible');
  });

  it('is fetched in ranges by the station that it was meant for', async () => {
    const { stations, image, bytes } = await prepare(of(1, 'silent'));
    await startCampaign(me, { imageId: image.imageId, name: 'Ranges' });
    const [station] = stations as [FleetStation];
    await eventually(() => station.commands.length === 1);
    const { location } = station.commands[0]?.payload as { location: string };
    const head = await fetch(location, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([200, '30000', 'bytes']);
    const part = await fetch(location, { headers: { range: 'bytes=100-199' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-199/30000']);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
    expect((await fetch(location, { headers: { range: 'bytes=30000-' } })).status).toBe(416);
    expect((await fetch(location, { method: 'PUT', body: 'x' })).status).toBe(405);
  });
});

describe('another tenant', () => {
  it('is shown nothing, and changes nothing', async () => {
    const { stations, image } = await prepare(of(1, 'silent'));
    const { imageId } = image;
    const stationId = stations[0]?.wire.stationId ?? '';
    const { campaign } = await me.firmware.createFirmwareCampaign({ name: 'Ours', imageId, plan: QUICK });
    const campaignId = campaign?.campaignId ?? '';
    const { file } = await me.files.requestStationFile({ stationId, kind: StationFileKind.DIAGNOSTICS });
    const fileId = file?.fileId ?? '';
    const other = await csms.tenant(`other${images}`);
    const { firmware, files } = csms.as('tenant-admin', other.tenantId);
    const refused: [string, Promise<unknown>][] = [
      ['csms.firmware.image-unknown', firmware.retireFirmwareImage({ imageId })],
      ['csms.firmware.image-unknown', firmware.previewFirmwareCampaign({ imageId })],
      ['csms.firmware.image-unknown', firmware.createFirmwareCampaign({ name: 'Mine', imageId, plan: QUICK })],
      ['csms.firmware.image-unknown', firmware.finishFirmwareImage({ imageId, parts: 1 })],
      ['csms.firmware.image-unknown', firmware.appendFirmwareImage({ imageId, part: 0, content: randomBytes(9) })],
      ['csms.firmware.campaign-unknown', firmware.getFirmwareCampaign({ campaignId })],
      ['csms.firmware.campaign-unknown', firmware.listFirmwareUpdates({ campaignId })],
      ['csms.firmware.campaign-unknown', firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.ABORTED })],
      ['csms.station-files.file-unknown', files.getStationFile({ fileId })],
      ['csms.station-files.file-unknown', files.readStationFile({ fileId })],
      ['csms.station-files.file-unknown', files.deleteStationFile({ fileId })],
      ['csms.station-unknown', files.listStationFiles({ stationId })],
      ['csms.station-unknown', files.requestStationFile({ stationId, kind: StationFileKind.DIAGNOSTICS })],
    ];
    for (const [code, asked] of refused) expect(await codeOf(asked)).toBe(code);
    expect((await firmware.listFirmwareImages({})).images).toEqual([]);
    expect((await firmware.listFirmwareCampaigns({})).campaigns).toEqual([]);
    expect((await campaignNow(me, campaignId)).state).toBe(FirmwareCampaignState.DRAFT);
  });
});
