import { declareErrors } from '@ampline/kernel-errors';

export const reservationErrors = declareErrors('csms.reservation', {
  unknown: { kind: 'not-found', level: 'info', message: 'There is no such reservation.', mend: 'List the reservations of the tenant.' },
  over: {
    kind: 'conflict',
    level: 'info',
    message: 'The reservation is over; its status tells how.',
    mend: 'Reserve anew.',
  },
  tokenRefused: {
    kind: 'conflict',
    level: 'info',
    message: 'The id token may not charge at the station, so nothing is reserved for it.',
    mend: 'The details say what a station would be told: a token has to be known, active and not expired.',
  },
  groupMissing: {
    kind: 'invalid',
    level: 'info',
    message: 'The id token is in no group that could use the reservation.',
    mend: 'Reserve for the id token alone, or put it into a group first.',
  },
  evseReserved: {
    kind: 'conflict',
    level: 'info',
    message: 'The EVSE is reserved already.',
    mend: 'Choose another EVSE, or cancel the reservation that there is.',
  },
  evseOccupied: {
    kind: 'conflict',
    level: 'info',
    message: 'A session is running at the EVSE.',
    mend: 'Choose another EVSE, or wait for the end of the session.',
  },
  noEvseLeft: {
    kind: 'conflict',
    level: 'info',
    message: 'With this reservation the station would have promised more EVSEs than are free.',
    mend: 'Choose another station, or cancel a reservation of this one.',
  },
  tokenCharges: {
    kind: 'conflict',
    level: 'info',
    message: 'The id token is charging, and may do so at one place at a time only.',
    mend: 'Wait for the end of its session, or reserve for another id token.',
  },
  tokenHasEnough: {
    kind: 'conflict',
    level: 'info',
    message: 'The id token has as many reservations as it may have.',
    mend: 'Cancel one of them, or raise OCPP_CSMS_RESERVATIONS_PER_TOKEN.',
  },
  zeroUnsupported: {
    kind: 'conflict',
    level: 'info',
    message: 'The station cannot reserve whichever of its EVSEs is free (ReserveConnectorZeroSupported).',
    mend: 'Reserve one of its EVSEs.',
  },
  stationSilent: {
    kind: 'unavailable',
    level: 'info',
    message: 'The station did not say whether it can reserve whichever of its EVSEs is free.',
    mend: 'Try again when the station is connected, or reserve one of its EVSEs.',
  },
});
