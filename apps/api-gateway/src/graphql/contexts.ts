import type { Request } from 'express';
import type { AccessKeeper } from '../auth/access-keeper.js';
import type { Access } from '../auth/access.js';
import type { Credential } from '../auth/credential.js';
import type { DoorKeeper } from '../doors/doors.js';
import type { LiveHub } from '../live/live-hub.js';
import type { GatewayContext } from './context.js';
import { loadersOf } from './loaders.js';

/** Who asks, and from where. */
export interface Asking {
  readonly credential: Credential | undefined;
  readonly access: Access | undefined;
  readonly host: string;
  readonly signal: AbortSignal;
}

/** Makes what resolvers are given, one for each operation. */
export class Contexts {
  private readonly ofRequests = new WeakMap<Request, GatewayContext>();

  constructor(
    private readonly doors: DoorKeeper,
    private readonly keeper: AccessKeeper,
    private readonly live: LiveHub,
  ) {}

  make({ credential, access, host, signal }: Asking): GatewayContext {
    const own = this.doors.own();
    // The internal token is asked for with each call: a long operation or a subscription outlives it.
    const doors = credential ? this.doors.as(async () => (await this.keeper.of(credential)).token) : own;
    const viewer = access?.viewer;
    return { viewer, doors, own, loaders: loadersOf(doors), live: this.live.feed(viewer, signal), signal, host };
  }

  /** For one event of a subscription: what was read for the one before is not read again. */
  renewed(context: GatewayContext): GatewayContext {
    return { ...context, loaders: loadersOf(context.doors) };
  }

  attach(request: Request, context: GatewayContext): void {
    this.ofRequests.set(request, context);
  }

  /** Of a request that has passed the gate. */
  of(request: Request): GatewayContext {
    const context = this.ofRequests.get(request);
    if (!context) throw new TypeError('the request has not passed the gate');
    return context;
  }
}
