import type { StationState } from '@ampline/contracts';
import type { SubscriptionResolvers, SubscriptionStationChangedArgs } from '../generated/graphql.js';
import { telling } from '../mapping/live-events.js';
import { commandOf } from './commands.mapping.js';
import { askedSite, askedStation, askedStations } from './lookups.js';
import { liveMessage } from './stations.mapping.js';

export const stationSubscriptions: SubscriptionResolvers = {
  stationChanged: {
    subscribe: async (_, { siteId, stationIds }: SubscriptionStationChangedArgs, context) => {
      const site = siteId ? await askedSite(context.loaders, siteId) : undefined;
      const wanted = stationIds ? await askedStations(context, stationIds) : undefined;
      return context.live.stations((station) => (!site || station.siteId === site.siteId) && (!wanted || wanted.has(station.stationId)));
    },
    resolve: telling((station: StationState) => station),
  },
  messageLogged: {
    subscribe: async (_, { stationId }, context) => {
      const station = await askedStation(context, { stationId });
      return context.live.messages({ stationId: station.stationId, identity: station.identity });
    },
    resolve: telling(liveMessage),
  },
  commandChanged: {
    subscribe: async (_, { stationId }, context) => {
      const station = stationId ? await askedStation(context, { stationId }) : undefined;
      return context.live.commands((command) => !station || command.stationId === station.stationId);
    },
    resolve: telling(commandOf),
  },
};
