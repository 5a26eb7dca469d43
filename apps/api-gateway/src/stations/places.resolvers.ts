import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { present, textOf, textOrNull } from '../mapping/values.js';
import { askedSite, siteOf } from './lookups.js';
import { stationCounts } from './stations.mapping.js';
import { listStations } from './stations.resolvers.js';

export const placeQueries: QueryResolvers = {
  site: (_, { id }, { loaders }) => askedSite(loaders, id),
  sites: async (_, args, { doors }) => {
    const { sites, page } = await doors.stations.listSites({ page: pageRequest(args) });
    return connection(sites, page);
  },
};

export const placeMutations: MutationResolvers = {
  createSite: async (_, { input }, { doors }) => present((await doors.stations.createSite(input)).site),
  createLocation: async (_, { input }, { doors }) => {
    const { latitude, longitude, ...same } = input;
    const { location } = await doors.stations.createLocation({ ...same, latitude: textOf(latitude), longitude: textOf(longitude) });
    return present(location);
  },
};

export const siteFields: NonNullable<Resolvers['Site']> = {
  id: (site) => site.siteId,
  locations: async ({ siteId }, args, { doors }) => {
    const { locations, page } = await doors.stations.listLocations({ siteId, page: pageRequest(args) });
    return connection(locations, page);
  },
  stations: ({ siteId }, args, context) => listStations(context, args, { siteId }),
  counts: async ({ siteId }, _, { loaders }) => stationCounts(await loaders.siteCounts.load(siteId)),
};

export const locationFields: NonNullable<Resolvers['Location']> = {
  id: (location) => location.locationId,
  site: (location, _, { loaders }) => siteOf(loaders, location.siteId),
  latitude: (location) => textOrNull(location.latitude),
  longitude: (location) => textOrNull(location.longitude),
};
