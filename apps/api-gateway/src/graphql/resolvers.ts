import type { Resolvers } from '../generated/graphql.js';
import { peopleResolvers } from '../people/people-resolvers.js';
import { sessionResolvers } from '../sessions/session-resolvers.js';
import { routingResolvers } from '../stations/routing.resolvers.js';
import { stationResolvers } from '../stations/station-resolvers.js';
import type { PlatformStatus } from '../status/platform-status.js';
import { statusResolvers } from '../status/status.resolvers.js';
import { viewerResolvers } from '../viewer/viewer.resolvers.js';
import { scalarResolvers } from './scalars.js';

/** What each feature resolves; merged into one map. */
export function resolversOf(o: { publicUrl: string; status: PlatformStatus }): readonly Resolvers[] {
  return [
    scalarResolvers,
    viewerResolvers,
    statusResolvers(o.status),
    stationResolvers,
    routingResolvers,
    sessionResolvers,
    peopleResolvers(o),
  ];
}
