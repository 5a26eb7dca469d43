import { systemTimers } from '@ampline/kernel-time';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import type { Links } from '../station-files/links.js';
import { CampaignRunner } from './campaign-runner.js';
import { CampaignStore } from './campaign.store.js';
import { FirmwareImages } from './firmware-images.js';
import { FirmwareGrpc } from './firmware.grpc.js';
import { UpdateSender } from './update-sender.js';

/** Firmware images, and the campaigns that bring them to stations. */
export function firmwareFeature({ runtime, commands, audit, jobs }: FeatureParts, links: Links): CsmsFeature {
  const { config, database, objects, clock, instance, telemetry } = runtime;
  const images = new FirmwareImages(database, objects, audit, clock, config.firmwareMaxBytes);
  const sender = new UpdateSender(database, commands, links, clock, config.commandTimeoutMs, telemetry);
  jobs.define('firmware-images-upkeep', { cron: '20 * * * *' }, () => images.deleteUnused());
  return {
    controllers: [FirmwareGrpc],
    providers: [
      { provide: FirmwareImages, useValue: images },
      { provide: CampaignStore, useValue: new CampaignStore(database, audit, clock) },
    ],
    parts: [new CampaignRunner(database, sender, config.firmwareStepMs, instance, clock, systemTimers, telemetry)],
  };
}
