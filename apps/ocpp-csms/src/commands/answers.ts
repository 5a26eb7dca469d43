/** Statuses of OCPP 1.6 by which a station says that it does not do what it was asked. */
export const STATUSES_OF_NO: readonly string[] = [
  'Failed',
  'Faulted',
  'NotFound',
  'NotImplemented',
  'NotSupported',
  'Occupied',
  'Rejected',
  'Unavailable',
  'Unknown',
  'UnknownMessageId',
  'UnknownVendorId',
  'UnlockFailed',
  'VersionMismatch',
  'InvalidCertificate',
  'RevokedCertificate',
];
