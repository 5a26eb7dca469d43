import { StationFileKind, StationFileSchema, StationFileState, type StationFile } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';

export type FileKind = 'diagnostics' | 'diagnostics-log' | 'security-log';
export type FileState = 'requested' | 'uploading' | 'arrived' | 'failed' | 'deleted';

/** A row of `station_file`, as {@link FILE_COLUMNS} select it. */
export interface FileRow {
  file_id: string;
  tenant_id: string;
  station_id: string;
  kind: FileKind;
  request_number: number | null;
  state: FileState;
  told_status: string | null;
  reason: string | null;
  file_name: string | null;
  size_bytes: bigint | null;
  sha256: Buffer | null;
  object_key: string | null;
  requested_by: string;
  requested_at: Date;
  expires_at: Date;
  arrived_at: Date | null;
}

export const FILE_COLUMNS = `file_id, tenant_id, station_id, kind, request_number, state, told_status, reason, file_name, size_bytes, sha256,
  object_key, requested_by, requested_at, expires_at, arrived_at`;

const KIND: Record<FileKind, StationFileKind> = {
  diagnostics: StationFileKind.DIAGNOSTICS,
  'diagnostics-log': StationFileKind.DIAGNOSTICS_LOG,
  'security-log': StationFileKind.SECURITY_LOG,
};

const STATE: Record<FileState, StationFileState> = {
  requested: StationFileState.REQUESTED,
  uploading: StationFileState.UPLOADING,
  arrived: StationFileState.ARRIVED,
  failed: StationFileState.FAILED,
  deleted: StationFileState.DELETED,
};

export function stationFile(row: FileRow): StationFile {
  return create(StationFileSchema, {
    fileId: row.file_id,
    stationId: row.station_id,
    kind: KIND[row.kind],
    state: STATE[row.state],
    toldStatus: row.told_status ?? '',
    reason: row.reason ?? '',
    fileName: row.file_name ?? '',
    sizeBytes: row.size_bytes ?? 0n,
    sha256: row.sha256?.toString('hex') ?? '',
    requestedBy: row.requested_by,
    requestedAt: timestampFromDate(row.requested_at),
    expiresAt: timestampFromDate(row.expires_at),
    ...(row.arrived_at && { arrivedAt: timestampFromDate(row.arrived_at) }),
  });
}
