import { declareErrors } from '@ampline/kernel-errors';

export const intakeErrors = declareErrors('csms.intake', {
  badCall: {
    kind: 'invalid',
    level: 'error',
    message: 'A request on the station path lacks a header or is no call.',
    mend: 'Compare what the gateway sends with docs/architecture/station-path.md; both sides must be of compatible releases.',
  },
  badAdmission: {
    kind: 'invalid',
    level: 'error',
    message: 'A request for admission is not what the contract says.',
    mend: 'Compare what the gateway sends with docs/architecture/station-path.md; both sides must be of compatible releases.',
  },
  badPresence: {
    kind: 'invalid',
    level: 'error',
    message: 'A report of a gateway is not what the contract says.',
    mend: 'Compare what the gateway sends with docs/architecture/station-path.md; both sides must be of compatible releases.',
  },
  stationGone: {
    kind: 'not-found',
    level: 'warn',
    message: 'A station that no longer exists sent a call.',
    mend: 'Its socket ends at its next admission; nothing to do.',
  },
  handlerFailed: {
    kind: 'internal',
    level: 'error',
    message: 'A call of a station could not be handled. It is kept in the message archive and in the work list.',
    mend: 'The cause in this line names the fault. Resolve the issue `intake-failed` once it is mended.',
  },
  batchFailed: {
    kind: 'internal',
    level: 'error',
    message: 'Meter values of a station could not be written. They are kept in the message archive and in the work list.',
    mend: 'The cause in this line names the fault; the other messages of the batch were written.',
  },
});
