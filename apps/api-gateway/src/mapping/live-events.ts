import type { Resync } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import type { Missed } from '../live/live-feed.js';

/** What a gap in the live feed is told as; the type's name tells it from the other members of its unions. */
export type ResyncEvent = Resync & { __typename: 'Resync' };

/** Resolves the events of a subscription as `tell` says, and gaps as `Resync`. */
export function telling<E extends object, T>(tell: (event: E, context: GatewayContext) => T) {
  return (event: E | Missed, _args: unknown, context: GatewayContext): T | ResyncEvent =>
    isMissed(event) ? { __typename: 'Resync', reason: event.missed } : tell(event, context);
}

/** Resolves the union of a type and `Resync`. */
export function orResync<Name extends string>(name: Name): { __resolveType: (event: object) => Name | 'Resync' } {
  return { __resolveType: (event) => ('__typename' in event && event.__typename === 'Resync' ? 'Resync' : name) };
}

function isMissed(event: object): event is Missed {
  return 'missed' in event;
}
