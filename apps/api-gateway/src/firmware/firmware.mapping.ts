import {
  FileTransfer as TransferValue,
  FirmwareCampaignState as CampaignStateValue,
  FirmwareUpdateState as UpdateStateValue,
  StationFileKind as FileKindValue,
  StationFileState as FileStateValue,
  type FirmwarePlanSchema,
  type FirmwareStageSchema,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  FileTransfer,
  FirmwareCampaignState,
  FirmwarePlanInput,
  FirmwareStageInput,
  FirmwareUpdateState,
  StationFileKind,
  StationFileState,
} from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';

export const fileKinds = enumPair<FileKindValue, StationFileKind>()({
  [FileKindValue.UNSPECIFIED]: undefined,
  [FileKindValue.DIAGNOSTICS]: 'DIAGNOSTICS',
  [FileKindValue.DIAGNOSTICS_LOG]: 'DIAGNOSTICS_LOG',
  [FileKindValue.SECURITY_LOG]: 'SECURITY_LOG',
});

export const fileStates = enumPair<FileStateValue, StationFileState>()({
  [FileStateValue.UNSPECIFIED]: undefined,
  [FileStateValue.REQUESTED]: 'REQUESTED',
  [FileStateValue.UPLOADING]: 'UPLOADING',
  [FileStateValue.ARRIVED]: 'ARRIVED',
  [FileStateValue.FAILED]: 'FAILED',
  [FileStateValue.DELETED]: 'DELETED',
});

export const transfers = enumPair<TransferValue, FileTransfer>()({
  [TransferValue.UNSPECIFIED]: undefined,
  [TransferValue.HTTP]: 'HTTP',
  [TransferValue.HTTPS]: 'HTTPS',
  [TransferValue.FTP]: 'FTP',
  [TransferValue.FTPS]: 'FTPS',
});

export const campaignStates = enumPair<CampaignStateValue, FirmwareCampaignState>()({
  [CampaignStateValue.UNSPECIFIED]: undefined,
  [CampaignStateValue.DRAFT]: 'DRAFT',
  [CampaignStateValue.RUNNING]: 'RUNNING',
  [CampaignStateValue.PAUSED]: 'PAUSED',
  [CampaignStateValue.COMPLETED]: 'COMPLETED',
  [CampaignStateValue.ABORTED]: 'ABORTED',
});

export const updateStates = enumPair<UpdateStateValue, FirmwareUpdateState>()({
  [UpdateStateValue.UNSPECIFIED]: undefined,
  [UpdateStateValue.QUEUED]: 'QUEUED',
  [UpdateStateValue.SENDING]: 'SENDING',
  [UpdateStateValue.ACCEPTED]: 'ACCEPTED',
  [UpdateStateValue.DOWNLOADING]: 'DOWNLOADING',
  [UpdateStateValue.DOWNLOADED]: 'DOWNLOADED',
  [UpdateStateValue.INSTALLING]: 'INSTALLING',
  [UpdateStateValue.INSTALLED]: 'INSTALLED',
  [UpdateStateValue.VERIFIED]: 'VERIFIED',
  [UpdateStateValue.FAILED]: 'FAILED',
  [UpdateStateValue.SKIPPED]: 'SKIPPED',
});

export function planRequest({ stages, window, transfer, ...plan }: FirmwarePlanInput): MessageInitShape<typeof FirmwarePlanSchema> {
  return { ...plan, stages: stages.map(stageRequest), ...(window && { window }), transfer: transfers.value(transfer) };
}

/** A stage that says both or neither is refused by the service. */
function stageRequest({ stations, percent }: FirmwareStageInput): MessageInitShape<typeof FirmwareStageSchema> {
  if (typeof stations === 'number' && typeof percent !== 'number') return { size: { case: 'stations', value: stations } };
  return typeof percent === 'number' && typeof stations !== 'number' ? { size: { case: 'percent', value: percent } } : {};
}
