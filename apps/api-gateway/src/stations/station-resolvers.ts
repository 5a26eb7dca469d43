import type { Resolvers } from '../generated/graphql.js';
import { orResync } from '../mapping/live-events.js';
import {
  commandRunFields,
  commandRunMutations,
  commandRunQueries,
  commandRunStationFields,
  skippedStationsFields,
} from './command-runs.resolvers.js';
import { commandDescriptionFields, commandFields, commandMutations, commandQueries } from './commands.resolvers.js';
import { locationFields, placeMutations, placeQueries, siteFields } from './places.resolvers.js';
import { stationSubscriptions } from './stations.live.js';
import { stationFields, stationMutations, stationQueries } from './stations.resolvers.js';

/** All of stations.graphql and commands.graphql. */
export const stationResolvers: Resolvers = {
  Query: { ...stationQueries, ...placeQueries, ...commandQueries, ...commandRunQueries },
  Mutation: { ...stationMutations, ...placeMutations, ...commandMutations, ...commandRunMutations },
  Subscription: stationSubscriptions,
  Station: stationFields,
  Site: siteFields,
  Location: locationFields,
  Command: commandFields,
  CommandDescription: commandDescriptionFields,
  CommandRun: commandRunFields,
  CommandRunStation: commandRunStationFields,
  SkippedStations: skippedStationsFields,
  StationChange: orResync('Station'),
  MessageLogged: orResync('OcppMessage'),
  CommandChange: orResync('Command'),
};
