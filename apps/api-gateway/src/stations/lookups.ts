import type { Location, Site, StationState } from '@ampline/contracts';
import type { GatewayContext } from '../graphql/context.js';
import type { Loaders } from '../graphql/loaders.js';
import { LARGEST_PAGE } from '../mapping/pages.js';
import { present } from '../mapping/values.js';
import { resolverErrors } from '../resolver.errors.js';

/** The site that something names. */
export async function siteOf(loaders: Loaders, siteId: string): Promise<Site> {
  return present(await loaders.site.load(siteId));
}

/** The location that something names. */
export async function locationOf(loaders: Loaders, locationId: string): Promise<Location> {
  return present(await loaders.location.load(locationId));
}

/** A site that somebody asks for. Throws `api.site-unknown`. */
export async function askedSite(loaders: Loaders, siteId: string): Promise<Site> {
  const site = await loaders.site.load(siteId.toLowerCase());
  if (!site) throw resolverErrors.siteUnknown();
  return site;
}

/** A station that somebody asks for; one of another tenant is as unknown as one that there is not. */
export async function askedStation({ doors }: GatewayContext, by: { stationId: string } | { identity: string }): Promise<StationState> {
  return present((await doors.stations.getStation(by)).station);
}

/** Ids of the stations that somebody asks for, as the service writes them. Throws `api.bad-page` and `api.station-unknown`. */
export async function askedStations({ doors }: GatewayContext, stationIds: readonly string[]): Promise<Set<string>> {
  const asked = new Set(stationIds.map((stationId) => stationId.toLowerCase()));
  if (asked.size > LARGEST_PAGE) throw resolverErrors.badPage({ stationIds: asked.size });
  const { stations } = await doors.stations.batchGetStations({ stationIds: [...asked] });
  if (stations.length < asked.size) throw resolverErrors.stationUnknown();
  return new Set(stations.map((station) => station.stationId));
}
