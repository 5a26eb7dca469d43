import type { CommandRow } from '../commands/command-row.js';
import type { CheckedCommand } from '../commands/command-rules.js';
import type { Answer } from './domain/update.js';

/** Of the image: both or none. */
export interface Signing {
  signature: string | null;
  signing_certificate: string | null;
}

/** UpdateFirmware (OCPP 1.6 §5.19), or SignedUpdateFirmware of the security extension for a signed image. To be fetched at once. */
export function updateCommand(
  location: string,
  sentAt: Date,
  requestNumber: number | null,
  { signature, signing_certificate: certificate }: Signing,
): CheckedCommand {
  const at = sentAt.toISOString();
  if (signature === null || certificate === null || requestNumber === null) {
    return { action: 'UpdateFirmware', payload: { location, retrieveDate: at } };
  }
  const firmware = { location, retrieveDateTime: at, signingCertificate: certificate, signature };
  return { action: 'SignedUpdateFirmware', payload: { requestId: requestNumber, firmware } };
}

const STATUS: Readonly<Record<string, Answer>> = {
  Rejected: 'refused',
  InvalidCertificate: 'certificate-refused',
  RevokedCertificate: 'certificate-refused',
};

/** The answer to UpdateFirmware says nothing: it is an acceptance. */
export function answerOf({ outcome, response, error_code: errorCode }: CommandRow): Answer {
  switch (outcome) {
    case 'answered':
      return STATUS[String((response as { status?: unknown } | null)?.status)] ?? 'accepted';
    case 'refused-by-station':
      return errorCode === 'NotImplemented' || errorCode === 'NotSupported' ? 'not-supported' : 'refused';
    case 'station-offline':
    case 'not-sent':
    case 'expired':
    case 'cancelled':
      return 'offline';
    case 'queued':
    case 'pending':
    case 'timeout':
      return 'unknown';
  }
}
