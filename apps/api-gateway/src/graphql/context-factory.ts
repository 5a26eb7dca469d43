import type { Request } from 'express';
import type { DoorKeeper } from '../doors/doors.js';
import type { LiveFeed } from '../live/live-feed.js';
import type { GatewayContext } from './context.js';
import { loadersOf } from './loaders.js';

/** Makes what resolvers are given, one for each operation. */
export class ContextFactory {
  constructor(private readonly doors: DoorKeeper) {}

  of(request: Request): GatewayContext {
    const own = this.doors.own();
    const gone = new AbortController();
    request.res?.on('close', () => gone.abort());
    return { viewer: undefined, doors: own, own, loaders: loadersOf(own), live: {} as LiveFeed, signal: gone.signal, host: request.hostname };
  }
}
