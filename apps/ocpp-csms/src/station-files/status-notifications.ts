import type { ReceivedRequest } from '@ampline/protocol-ocpp';
import type { CallWork, Handler } from '../intake/call-work.js';

/** Of the upload that the station was asked for last: DiagnosticsStatusNotification names none. */
const DIAGNOSTICS = `
  SELECT file_id FROM station_file WHERE station_id = $1 AND kind = 'diagnostics' ORDER BY requested_at DESC LIMIT 1`;
/** Numeric: a station may name a request that no integer of ours holds. */
const LOG = `
  SELECT file_id FROM station_file WHERE station_id = $1 AND kind <> 'diagnostics' AND ($2::numeric IS NULL OR request_number = $2)
   ORDER BY requested_at DESC LIMIT 1`;

/** A file that has arrived has arrived, whatever is told after it; one that failed may still arrive. */
const TOLD = `
  UPDATE station_file SET told_status = $2,
    state = CASE WHEN state IN ('requested', 'uploading') AND $3 THEN 'failed'
                 WHEN state = 'requested' AND $2 = 'Uploading' THEN 'uploading' ELSE state END,
    reason = CASE WHEN state IN ('requested', 'uploading') AND $3 THEN 'status-told' ELSE reason END
  WHERE file_id = $1`;

/** OCPP 1.6 §4.4. Idle says that nothing is under way: it changes nothing of what was. */
export const diagnosticsStatusNotification: Handler<'DiagnosticsStatusNotification'> = async (work, { status }) => {
  await tell(work, status, status === 'UploadFailed', DIAGNOSTICS, [work.station.stationId]);
  return {};
};

/** Security extension, LogStatusNotification: the request id is left out when it is triggered and nothing is under way. */
export const logStatusNotification: Handler<'LogStatusNotification'> = async (work, { status, requestId }) => {
  await tell(work, status, LOG_FAILURES.includes(status), LOG, [work.station.stationId, requestId ?? null]);
  return {};
};

const LOG_FAILURES: readonly ReceivedRequest<'LogStatusNotification'>['status'][] = [
  ...(['BadMessage', 'NotSupportedOperation', 'PermissionDenied', 'UploadFailure'] as const),
];

async function tell(work: CallWork, status: string, failed: boolean, find: string, params: unknown[]): Promise<void> {
  if (status === 'Idle') return;
  const file = await work.tx.one<{ file_id: string }>(find, params);
  if (!file) return;
  await work.tx.query(TOLD, [file.file_id, status, failed]);
  work.log('station-file.status-told', { fileId: file.file_id, status });
}
