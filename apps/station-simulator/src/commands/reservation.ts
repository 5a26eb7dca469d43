import { ACCEPTED, REJECTED, type CommandHandler } from './command-handler.js';

export const reserveNow: CommandHandler<'ReserveNow'> = ({ parts }, request) => ({
  response: { status: parts.reservations.reserve(request) },
});

export const cancelReservation: CommandHandler<'CancelReservation'> = ({ parts }, { reservationId }) => ({
  response: parts.reservations.cancel(reservationId) ? ACCEPTED : REJECTED,
});
