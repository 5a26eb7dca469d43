import { ReservationService } from '@ampline/contracts';
import { grpcBinding, type AccessRule } from '@ampline/platform-grpc';
import { OPERATORS, STAFF } from '../access.js';

const reading: AccessRule = { roles: STAFF, scope: 'tenant', apiScope: 'stations:read' };
/** Other services reserve as well: what a partner or a driver asked them for. */
const reserving: AccessRule = { roles: [...OPERATORS, 'service'], scope: 'tenant', apiScope: 'stations:command' };

/** Reservations: who may call what. */
export const reservationBinding = grpcBinding(ReservationService, {
  createReservation: reserving,
  changeReservation: reserving,
  cancelReservation: reserving,
  getReservation: reading,
  listReservations: reading,
});
