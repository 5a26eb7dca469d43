import { StationPathSubject } from '@ampline/contracts';
import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';
import { AppError } from '@ampline/kernel-errors';
import type { Bus } from '@ampline/platform-nats';
import type { AnnouncedRouting, StationRoutings } from './station-routings.js';

const AGAIN_EVERY_MS = 10_000;
/** Longer than a gateway can be cut off from the bus and keep its sockets unnoticed. */
const TOLD_FOR_MS = 60_000;

/** Tells gateways where the calls of a station go now, and again for a minute: what is published may be lost, a version told twice changes nothing. */
export class RoutingAnnouncer {
  private timer: TimerHandle | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly routings: StationRoutings,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  start(): void {
    this.timer = this.timers.setTimeout(() => {
      this.looking = this.again().finally(() => this.timer && this.start());
    }, AGAIN_EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) this.timers.clear(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** After the commit of the change. */
  async announce(stationId: string): Promise<void> {
    const found = await this.routings.of(stationId);
    if (found) this.publish(found);
  }

  private async again(): Promise<void> {
    try {
      const since = new Date(this.clock.now().getTime() - TOLD_FOR_MS);
      for (const routing of await this.routings.changedSince(since)) this.publish(routing);
    } catch (error) {
      // The database is away: the next look tells it.
      if (!AppError.is(error)) throw error;
    }
  }

  private publish({ tenant, identity, routing }: AnnouncedRouting): void {
    this.bus.publish(StationPathSubject.routing(tenant, identity), JSON.stringify(routing));
  }
}
