import { CallerProfileSchema, type CallerProfile } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Telemetry } from '@ampline/platform-telemetry';
import { equals } from '@bufbuild/protobuf';
import type { AccessKeeper } from '../auth/access-keeper.js';
import { Close } from './close-codes.js';
import type { LiveSocket } from './live-socket.js';

/** A credential that lost its force while the bus was away, or whose fact got lost, has lost its sockets after so long. */
const RECHECK_EVERY_MS = 60_000;

/** The WebSockets of this replica. */
export class OpenSockets {
  private readonly sockets = new Set<LiveSocket>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keeper: AccessKeeper,
    { meter }: Pick<Telemetry, 'meter'>,
  ) {
    const count = (measure: () => number) => (gauge: { observe(value: number): void }) => gauge.observe(measure());
    meter.createObservableGauge('api_sockets', { description: 'WebSockets that are open.' }).addCallback(count(() => this.sockets.size));
    meter
      .createObservableGauge('api_socket_subscriptions', { description: 'Subscriptions of all WebSockets.' })
      .addCallback(count(() => [...this.sockets].reduce((sum, { subscriptions }) => sum + subscriptions, 0)));
  }

  start(): void {
    this.timer = setInterval(() => this.recheck(() => true), RECHECK_EVERY_MS);
    this.timer.unref();
  }

  /** Tells clients to go elsewhere; those that do not answer are cut off. */
  async stop(patienceMs: number): Promise<void> {
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.close(Close.goingAway);
    const until = performance.now() + patienceMs;
    while (this.sockets.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const socket of this.sockets) socket.terminate();
  }

  add(socket: LiveSocket): void {
    this.sockets.add(socket);
  }

  remove(socket: LiveSocket): void {
    this.sockets.delete(socket);
  }

  /** How many sockets a caller has. */
  of(subject: string): number {
    return [...this.sockets].filter(({ access }) => access?.viewer.subject === subject).length;
  }

  /** Verifies again whose sockets these are, and ends those of callers who may no longer do what they could when they came. */
  recheck(whose: (viewer: CallerProfile) => boolean): void {
    for (const socket of this.sockets) {
      if (socket.access && whose(socket.access.viewer)) void this.recheckOne(socket, socket.access.viewer);
    }
  }

  private async recheckOne(socket: LiveSocket, before: CallerProfile): Promise<void> {
    if (!socket.credential) return;
    try {
      const { viewer } = await this.keeper.of(socket.credential);
      if (!equals(CallerProfileSchema, viewer, before)) socket.close(Close.renew);
    } catch (error) {
      // A caller about whom nobody can be asked keeps what was granted: the calls behind the subscription fail by themselves.
      const refused = AppError.is(error) && (error.kind === 'unauthenticated' || error.kind === 'forbidden');
      if (refused) socket.close(Close.refused);
    }
  }
}
