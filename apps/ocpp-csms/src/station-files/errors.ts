import { declareErrors } from '@ampline/kernel-errors';

/** What callers of the station file API, and stations at its endpoints, have to expect. */
export const stationFileErrors = declareErrors('csms.station-files', {
  transferOff: {
    kind: 'conflict',
    level: 'info',
    message: 'Stations cannot be offered this kind of transfer here.',
    mend: 'Choose another transfer, or switch its port (and the certificate, for HTTPS and FTPS) on: docs/operations/station-files.md.',
  },
  fileUnknown: { kind: 'not-found', level: 'info', message: 'There is no such file.', mend: 'List the files of the station.' },
  fileAbsent: {
    kind: 'conflict',
    level: 'info',
    message: 'The file has not arrived, or its bytes have been deleted.',
    mend: 'Wait for it, or ask the station for it again.',
  },
  linkUnusable: {
    kind: 'not-found',
    level: 'info',
    message: 'The address is unknown, has expired, has been used, or is meant for the other direction.',
    mend: 'Ask the station again: each request gives it a new address.',
  },
  tooLarge: {
    kind: 'exhausted',
    level: 'warn',
    message: 'The file is larger than the limit.',
    mend: 'Raise OCPP_CSMS_FILES_MAX_UPLOAD_BYTES if files of this size are meant to be taken.',
  },
  empty: {
    kind: 'invalid',
    level: 'info',
    message: 'The file has no bytes.',
    mend: 'The station may send it again to the same address until that expires.',
  },
  certificateUnreadable: {
    kind: 'invalid',
    level: 'error',
    message: 'The certificate or the key of the station file endpoints cannot be read.',
    mend: 'OCPP_CSMS_FILES_TLS_CERT and OCPP_CSMS_FILES_TLS_KEY name PEM files that belong together.',
  },
});
