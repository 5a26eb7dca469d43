import { archiveResolvers } from '../archive/archive.resolvers.js';
import { deviceResolvers } from '../devices/device-resolvers.js';
import type { Resolvers } from '../generated/graphql.js';
import { importResolvers } from '../imports/imports.resolvers.js';
import { meteringResolvers } from '../metering/metering.resolvers.js';
import { firmwareResolvers } from '../firmware/firmware.resolvers.js';
import { quirkResolvers } from '../quirks/quirks.resolvers.js';
import { peopleResolvers } from '../people/people-resolvers.js';
import { reservationResolvers } from '../reservations/reservation-resolvers.js';
import { securityResolvers } from '../security/security-resolvers.js';
import { sessionResolvers } from '../sessions/session-resolvers.js';
import { routingResolvers } from '../stations/routing.resolvers.js';
import { stationResolvers } from '../stations/station-resolvers.js';
import type { PlatformStatus } from '../status/platform-status.js';
import { statusResolvers } from '../status/status.resolvers.js';
import { viewerResolvers } from '../viewer/viewer.resolvers.js';
import { scalarResolvers } from './scalars.js';

/** What each feature resolves; merged into one map. */
export function resolversOf(o: { publicUrl: string; status: PlatformStatus }): readonly Resolvers[] {
  return [...serviceResolvers(o), viewerResolvers, statusResolvers(o.status)];
}

/** What the services behind the gateway answer. */
export function serviceResolvers(o: { publicUrl: string }): readonly Resolvers[] {
  return [
    ...[
      scalarResolvers,
      stationResolvers,
      routingResolvers,
      archiveResolvers,
      deviceResolvers,
      firmwareResolvers,
      reservationResolvers,
      securityResolvers,
    ],
    ...[sessionResolvers, meteringResolvers, quirkResolvers, peopleResolvers(o), importResolvers],
  ];
}
