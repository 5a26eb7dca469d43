import type { Resolvers } from '../generated/graphql.js';
import { orResync } from '../mapping/live-events.js';
import { commandFields, commandMutations, commandQueries } from './commands.resolvers.js';
import { locationFields, placeMutations, placeQueries, siteFields } from './places.resolvers.js';
import { stationSubscriptions } from './stations.live.js';
import { stationFields, stationMutations, stationQueries } from './stations.resolvers.js';

/** All of stations.graphql. */
export const stationResolvers: Resolvers = {
  Query: { ...stationQueries, ...placeQueries, ...commandQueries },
  Mutation: { ...stationMutations, ...placeMutations, ...commandMutations },
  Subscription: stationSubscriptions,
  Station: stationFields,
  Site: siteFields,
  Location: locationFields,
  Command: commandFields,
  StationChange: orResync('Station'),
  MessageLogged: orResync('OcppMessage'),
  CommandChange: orResync('Command'),
};
