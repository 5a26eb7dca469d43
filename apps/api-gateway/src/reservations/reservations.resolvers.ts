import type { ReservationState } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, Resolvers, SubscriptionResolvers } from '../generated/graphql.js';
import { telling } from '../mapping/live-events.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { askedStation } from '../stations/lookups.js';
import { reservationStatuses } from './reservations.mapping.js';

/** Calls that wait for a station's answer: its 30 s, and storing and bringing it. A question may go before. */
const WAITS = { timeoutMs: 65_000 };

export const reservationQueries: QueryResolvers = {
  reservation: async (_, { id }, { doors }) => present((await doors.reservations.getReservation({ reservationId: id })).reservation),
  reservations: async (_, args, { doors }) => {
    const { filter } = args;
    const { reservations, page } = await doors.reservations.listReservations({
      page: pageRequest(args),
      stationId: textOf(filter?.stationId),
      statuses: (filter?.statuses ?? []).map((status) => reservationStatuses.value(status)),
      idToken: textOf(filter?.idToken),
    });
    return connection(reservations, page);
  },
};

export const reservationMutations: MutationResolvers = {
  createReservation: async (_, { input, idempotencyKey }, { doors }) => {
    const { stationId, evseNumber, idToken, forGroup, expiresAt } = input;
    const at = timestampOf(expiresAt);
    const request = { stationId, evseNumber, idToken, forGroup: forGroup ?? false, idempotencyKey: textOf(idempotencyKey) };
    return present((await doors.reservations.createReservation({ ...request, ...(at && { expiresAt: at }) }, WAITS)).reservation);
  },
  changeReservation: async (_, { id, expiresAt }, { doors }) => {
    const at = timestampOf(expiresAt);
    return present((await doors.reservations.changeReservation({ reservationId: id, ...(at && { expiresAt: at }) }, WAITS)).reservation);
  },
  cancelReservation: async (_, { id }, { doors }) =>
    present((await doors.reservations.cancelReservation({ reservationId: id }, WAITS)).reservation),
};

export const reservationSubscriptions: SubscriptionResolvers = {
  reservationChanged: {
    subscribe: async (_, { stationId }, context) => {
      const station = stationId ? await askedStation(context, { stationId }) : undefined;
      return context.live.reservations((reservation) => !station || reservation.stationId === station.stationId);
    },
    resolve: telling((reservation: ReservationState) => reservation),
  },
};

export const reservationFields: NonNullable<Resolvers['Reservation']> = {
  id: (reservation) => reservation.reservationId,
  station: async (reservation, _, { loaders }) => (await loaders.station.load(reservation.stationId)) ?? null,
  groupToken: (reservation) => textOrNull(reservation.groupToken),
  status: (reservation) => reservationStatuses.word(reservation.status),
  statusReason: (reservation) => textOrNull(reservation.reason),
  requestedAt: (reservation) => iso(reservation.requestedAt),
  expiresAt: (reservation) => iso(reservation.expiresAt),
  endedAt: (reservation) => isoOrNull(reservation.endedAt),
  sessionId: (reservation) => textOrNull(reservation.sessionId),
  requestedByName: (reservation, _, { loaders }) => nameOfActor(loaders, reservation.requestedBy),
};
