import { FileTransfer, FirmwareCampaignState, FirmwareUpdateState, StationFileKind, StationFileState } from '@ampline/contracts';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceAnswers } from './stand-ins.js';

const AT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
const STATION = '019f0000-0000-7000-8000-000000000000';
const USER = '019f0000-0000-7000-8006-000000000001';

const image = {
  ...{ imageId: 'i1', vendor: 'V', model: 'M', version: '2.0', fileName: 'm.bin', sizeBytes: 1_024n, sha256: 'ab' },
  ...{ signed: true, retired: false, uploadedBy: USER, uploadedAt: AT },
};
const campaign = {
  ...{ campaignId: 'c1', name: 'Spring', image, state: FirmwareCampaignState.ABORTED, reason: 'too-many-failures', stage: 1 },
  plan: {
    stages: [{ size: { case: 'stations' as const, value: 1 } }, { size: { case: 'percent' as const, value: 100 } }],
    ...{ stagePauseS: 60, window: { fromMinute: 120, untilMinute: 300 }, concurrency: 5, abortAbovePercent: 10, abortMinFinished: 3 },
    ...{ attempts: 2, retryDelayS: 60, downloadTimeoutS: 600, installTimeoutS: 600, patienceS: 60, transfer: FileTransfer.HTTPS },
  },
  stages: [{ stations: 5, queued: 1, underWay: 1, verified: 1, failed: 1, skipped: 1 }],
  ...{ createdBy: USER, createdAt: AT, startedAt: AT, endedAt: AT },
};
const update = {
  ...{ stationId: STATION, stationIdentity: 'X', stage: 1, state: FirmwareUpdateState.FAILED, reason: 'told-failed', attempt: 2 },
  ...{ toldStatus: 'InstallationFailed', stateSince: AT, fromVersion: '1.0', firmwareVersion: '1.0' },
};
const file = {
  ...{ fileId: 'f1', stationId: STATION, kind: StationFileKind.DIAGNOSTICS_LOG, state: StationFileState.ARRIVED, toldStatus: 'Uploaded' },
  ...{ reason: 'expired', fileName: 'log.zip', sizeBytes: 1_024n, sha256: 'ab', requestedBy: USER },
  ...{ requestedAt: AT, expiresAt: AT, arrivedAt: AT },
};
const page = { nextCursor: 'next' };

/** Firmware and files of stations, one of each. */
export function firmware(): Pick<ServiceAnswers, 'firmware' | 'stationFiles'> {
  return {
    firmware: {
      listFirmwareImages: () => ({ images: [image], page }),
      retireFirmwareImage: () => ({ image }),
      previewFirmwareCampaign: () => ({ stations: 3, offline: 1, upToDate: 1, versions: [{ version: '1.0', stations: 2 }] }),
      createFirmwareCampaign: () => ({ campaign }),
      getFirmwareCampaign: () => ({ campaign }),
      listFirmwareCampaigns: () => ({ campaigns: [campaign], page }),
      setFirmwareCampaignState: () => ({ campaign }),
      listFirmwareUpdates: () => ({ updates: [update], page }),
    },
    stationFiles: {
      requestStationFile: () => ({ file }),
      getStationFile: () => ({ file }),
      listStationFiles: () => ({ files: [file], page }),
      deleteStationFile: () => ({ file }),
    },
  };
}
