import type { CallerProfile } from '@ampline/contracts';
import type { Doors } from '../doors/doors.js';
import type { LiveFeed } from '../live/live-feed.js';
import type { Loaders } from './loaders.js';

/** What a resolver knows about the operation that it serves. */
export interface GatewayContext {
  /** Who asks; undefined when nobody has logged in: then only fields that are `@public` are reached. */
  readonly viewer: CallerProfile | undefined;
  /** The gRPC APIs as the viewer; as the gateway itself when there is none. */
  readonly doors: Doors;
  /** The gRPC APIs as the gateway itself, for what is public. */
  readonly own: Doors;
  /** Batches of this operation. */
  readonly loaders: Loaders;
  /** What happens, filtered to what the viewer may see. */
  readonly live: LiveFeed;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Host of the request, without port. */
  readonly host: string;
}
