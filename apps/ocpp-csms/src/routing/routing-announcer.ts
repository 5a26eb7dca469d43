import { StationPathSubject } from '@ampline/contracts';
import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';
import { AppError } from '@ampline/kernel-errors';
import type { Bus } from '@ampline/platform-nats';
import type { Logger } from '@ampline/platform-telemetry';
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
    private readonly logger: Logger,
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

  /** After the commit of the change. Never rejects. */
  announce(stationId: string): Promise<void> {
    return this.tell(async () => {
      const found = await this.routings.of(stationId);
      return found ? [found] : [];
    });
  }

  private again(): Promise<void> {
    return this.tell(() => this.routings.changedSince(new Date(this.clock.now().getTime() - TOLD_FOR_MS)));
  }

  private async tell(read: () => Promise<AnnouncedRouting[]>): Promise<void> {
    try {
      for (const routing of await read()) this.publish(routing);
    } catch (error) {
      // The database is away, or a secret cannot be read: the next look tells what it can.
      this.logger.warn('routing.not-announced', { code: AppError.is(error) ? error.code : 'unknown' });
    }
  }

  private publish({ tenant, identity, routing }: AnnouncedRouting): void {
    this.bus.publish(StationPathSubject.routing(tenant, identity), JSON.stringify(routing));
  }
}
