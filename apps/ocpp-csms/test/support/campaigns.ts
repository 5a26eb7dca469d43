import { createHash, randomBytes } from 'node:crypto';
import {
  FirmwareCampaignState,
  FirmwareUpdateState,
  type FirmwareCampaign,
  type FirmwareImage,
  type FirmwareUpdate,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FirmwarePlanSchema } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import type { Clients } from './running-csms.js';

/** A plan that goes through in seconds. */
export const QUICK: MessageInitShape<typeof FirmwarePlanSchema> = {
  stages: [{ size: { case: 'percent', value: 100 } }],
  concurrency: 50,
  abortAbovePercent: 100,
  attempts: 1,
  downloadTimeoutS: 60,
  installTimeoutS: 60,
  patienceS: 3_600,
};

/** Uploads an image in parts, as the API does. */
export async function uploadImage(
  { firmware }: Clients,
  o: { vendor?: string; version: string; bytes?: Buffer; signature?: string; signingCertificate?: string },
): Promise<{ image: FirmwareImage; bytes: Buffer }> {
  const { bytes = randomBytes(30_000), vendor = 'Acme', version, ...signing } = o;
  const announced = { vendor, version, fileName: `firmware ${version}.bin`, sizeBytes: BigInt(bytes.length), ...signing };
  const { imageId } = await firmware.beginFirmwareImage({ ...announced, sha256: createHash('sha256').update(bytes).digest('hex') });
  const half = Math.ceil(bytes.length / 2);
  await firmware.appendFirmwareImage({ imageId, part: 0, content: bytes.subarray(0, half) });
  await firmware.appendFirmwareImage({ imageId, part: 1, content: bytes.subarray(half) });
  const { image } = await firmware.finishFirmwareImage({ imageId, parts: 2 });
  return { image: image as FirmwareImage, bytes };
}

/** Creates a campaign and starts it. */
export async function startCampaign(
  { firmware }: Clients,
  o: { imageId: string; name: string; plan?: MessageInitShape<typeof FirmwarePlanSchema>; stationIds?: string[] },
): Promise<string> {
  const { campaign } = await firmware.createFirmwareCampaign({
    name: o.name,
    imageId: o.imageId,
    target: { stationIds: o.stationIds ?? [] },
    plan: { ...QUICK, ...o.plan } as MessageInitShape<typeof FirmwarePlanSchema>,
  });
  const campaignId = campaign?.campaignId ?? '';
  await firmware.setFirmwareCampaignState({ campaignId, state: FirmwareCampaignState.RUNNING });
  return campaignId;
}

export async function campaignNow({ firmware }: Clients, campaignId: string): Promise<FirmwareCampaign> {
  return (await firmware.getFirmwareCampaign({ campaignId })).campaign as FirmwareCampaign;
}

export async function ended(clients: Clients, campaignId: string, timeoutMs = 30_000): Promise<FirmwareCampaign> {
  return eventually(
    async () => {
      const campaign = await campaignNow(clients, campaignId);
      const over = [FirmwareCampaignState.COMPLETED, FirmwareCampaignState.ABORTED].includes(campaign.state);
      return over && campaign.stages.every(({ underWay }) => underWay === 0) ? campaign : undefined;
    },
    { timeoutMs },
  );
}

export async function updatesOf({ firmware }: Clients, campaignId: string): Promise<FirmwareUpdate[]> {
  const updates: FirmwareUpdate[] = [];
  for (let cursor = ''; ;) {
    const answer = await firmware.listFirmwareUpdates({ campaignId, page: { limit: 100, cursor } });
    updates.push(...answer.updates);
    cursor = answer.page?.nextCursor ?? '';
    if (cursor === '') return updates;
  }
}

/** How many stations ended how: `verified`, `failed download-failed`. */
export function tally(updates: readonly FirmwareUpdate[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state, reason } of updates) {
    const key = `${FirmwareUpdateState[state].toLowerCase()} ${reason}`.trim();
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
