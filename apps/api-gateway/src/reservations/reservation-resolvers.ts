import type { Resolvers } from '../generated/graphql.js';
import { orResync } from '../mapping/live-events.js';
import { localListFields, localListMutations, localListPolicyFields, localListQueries } from './local-lists.resolvers.js';
import { reservationFields, reservationMutations, reservationQueries, reservationSubscriptions } from './reservations.resolvers.js';

/** All of reservations.graphql. */
export const reservationResolvers: Resolvers = {
  Query: { ...reservationQueries, ...localListQueries },
  Mutation: { ...reservationMutations, ...localListMutations },
  Subscription: reservationSubscriptions,
  Reservation: reservationFields,
  ReservationChange: orResync('Reservation'),
  LocalList: localListFields,
  LocalListPolicy: localListPolicyFields,
};
