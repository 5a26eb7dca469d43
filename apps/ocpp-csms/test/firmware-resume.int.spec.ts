import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirmwareCampaignState } from '@ampline/contracts';
import { eventually, freePort } from '@ampline/platform-testing';
import { campaignNow, ended, startCampaign, tally, updatesOf, uploadImage } from './support/campaigns.js';
import { FirmwareFleet, type Conduct } from './support/firmware-fleet.js';
import { RunningCsms, type Clients, type CsmsProcess, type TestTenant } from './support/running-csms.js';

const STATIONS = 200;
const FAILING = 20;

let csms: RunningCsms;
let demo: TestTenant;
let fleet: FirmwareFleet;
let running: CsmsProcess;
let me: Clients;

beforeAll(async () => {
  csms = await RunningCsms.start(
    {
      OCPP_CSMS_FILES_HTTP_PORT: String(await freePort()),
      OCPP_CSMS_FIRMWARE_STEP_MS: '100',
      OCPP_CSMS_COMMAND_TIMEOUT_MS: '2000',
      OCPP_CSMS_GATEWAY_SILENCE_S: '600',
      OCPP_CSMS_SETTINGS_DELAY_MS: '600000',
    },
    0,
  );
  running = await csms.startProcess();
  demo = await csms.tenant('demo', (tenantId) => running.as('tenant-admin', tenantId));
  me = running.as('operator', demo.tenantId);
  fleet = new FirmwareFleet(csms.bus, demo, '2.0');
  // Every tenth fails, whatever it is sent.
  const conduct = (i: number): Conduct => (i % (STATIONS / FAILING) === 0 ? 'installation-fails' : 'good');
  await fleet.add(csms, STATIONS, { version: '1.0', conduct });
});
afterAll(async () => {
  await fleet.close();
  await running.kill();
  await csms.stop();
});

/** The process dies as with kill -9, in the middle of what it does, and another one takes its place. */
async function dieAndStartAgain(): Promise<void> {
  await running.kill();
  running = await csms.startProcess();
  me = running.as('operator', demo.tenantId);
}

const done = async (campaignId: string): Promise<number> =>
  (await campaignNow(me, campaignId)).stages.reduce((n, { verified, failed }) => n + verified + failed, 0);

describe(`a campaign over ${STATIONS} stations of which ${FAILING} fail`, () => {
  it('completes although the service is killed in the middle, and asks no station more than once', async () => {
    const { image } = await uploadImage(me, { version: '2.0' });
    const stages = [5, 50, 100].map((value) => ({ size: { case: 'percent' as const, value } }));
    // What was being sent when the service died is asked again after the download's time-out.
    const plan = { stages, concurrency: 25, abortAbovePercent: 20, abortMinFinished: 50, downloadTimeoutS: 20 };
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'All of them', plan });
    await eventually(async () => (await done(campaignId)) >= STATIONS / 4, { timeoutMs: 90_000 });
    await dieAndStartAgain();
    expect(await ended(me, campaignId, 180_000)).toMatchObject({ state: FirmwareCampaignState.COMPLETED, stage: 2 });
    expect(tally(await updatesOf(me, campaignId))).toEqual({ verified: STATIONS - FAILING, 'failed installation-failed': FAILING });
    expect(fleet.stations.map(({ commands }) => commands.length)).toEqual(Array(STATIONS).fill(1));
    expect(fleet.complaints()).toEqual([]);
  }, 300_000);

  it('is aborted where so many failures are too many, and leaves the rest as it was', async () => {
    fleet.target = '3.0';
    const { image } = await uploadImage(me, { version: '3.0' });
    const plan = { concurrency: 10, abortAbovePercent: 5, abortMinFinished: 20 };
    const campaignId = await startCampaign(me, { imageId: image.imageId, name: 'Stopped', plan });
    expect(await ended(me, campaignId)).toMatchObject({ state: FirmwareCampaignState.ABORTED, reason: 'failure-rate' });
    const counts = tally(await updatesOf(me, campaignId));
    expect(counts['skipped campaign-aborted']).toBeGreaterThan(0);
    const asked = fleet.stations.filter(({ commands }) => commands.length > 1).length;
    expect(asked + (counts['skipped campaign-aborted'] ?? 0)).toBe(STATIONS);
  });
});
