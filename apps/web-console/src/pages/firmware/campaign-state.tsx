import { StatusChip, type Share, type Status } from '@ampline/ui';
import type { FirmwareCampaignRowFragment, FirmwareCampaignState, FirmwareUpdateState } from '../../generated/graphql.js';

const CAMPAIGN: Record<FirmwareCampaignState, Status> = {
  DRAFT: 'DRAFT',
  RUNNING: 'UNDER_WAY',
  PAUSED: 'PAUSED',
  COMPLETED: 'COMPLETED',
  ABORTED: 'ABORTED',
};
/** How a state of an update is shown and called. */
export const SHOWN: Record<FirmwareUpdateState, Status> = {
  QUEUED: 'WAITING',
  SENDING: 'SENDING',
  ACCEPTED: 'COMMAND_ACCEPTED',
  DOWNLOADING: 'DOWNLOADING',
  DOWNLOADED: 'DOWNLOADED',
  INSTALLING: 'INSTALLING',
  INSTALLED: 'INSTALLED',
  VERIFIED: 'UPDATED',
  FAILED: 'FAILED',
  SKIPPED: 'SKIPPED',
};

export function CampaignState({ state }: { state: FirmwareCampaignState }) {
  return <StatusChip status={CAMPAIGN[state]} />;
}

export function UpdateState({ state }: { state: FirmwareUpdateState }) {
  return <StatusChip status={SHOWN[state]} />;
}

type Counts = Omit<FirmwareCampaignRowFragment['stages'][number], '__typename' | 'stations'>;

/** Stations by where they stand. */
export function sharesOf({ verified, underWay, failed, skipped, queued }: Counts): Share[] {
  return [
    { status: 'UPDATED', count: verified },
    { status: 'UNDER_WAY', count: underWay },
    { status: 'FAILED', count: failed },
    { status: 'SKIPPED', count: skipped },
    { status: 'WAITING', count: queued },
  ];
}

/** Over all stages. */
export function totalOf(stages: readonly Counts[]): Counts & { stations: number } {
  const sum = (of: (stage: Counts) => number) => stages.reduce((n, stage) => n + of(stage), 0);
  const [verified, underWay, failed] = [sum((s) => s.verified), sum((s) => s.underWay), sum((s) => s.failed)];
  const [skipped, queued] = [sum((s) => s.skipped), sum((s) => s.queued)];
  return { verified, underWay, failed, skipped, queued, stations: verified + underWay + failed + skipped + queued };
}
