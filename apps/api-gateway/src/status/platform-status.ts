import { BEAT_LASTS_MS, LiveSubject, type ServiceBeat } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Bus } from '@ampline/platform-nats';
import type { Readiness } from '@ampline/platform-runner';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { PlatformStatus as Status, ServiceState } from '../generated/graphql.js';
import { listen, type Listening } from '../live/bus-listener.js';

const JUDGED_EVERY_MS = 500;

interface Replica {
  readonly heardAt: number;
  readonly ready: boolean;
}

interface Service {
  readonly replicas: Map<string, Replica>;
  state: ServiceState;
  since: string;
}

/** Which parts of the platform work, told from the beats that they publish, as this replica of the API hears them. */
export class PlatformStatus {
  private readonly services = new Map<string, Service>();
  private readonly watchers = new Set<() => void>();
  private listening: Listening[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Silence before it means nothing: the bus was away, or this replica was not there. */
  private listeningSince: number;
  private told = '';

  constructor(
    private readonly o: {
      bus: Bus;
      clock: Clock;
      telemetry: Telemetry;
      readiness: Readiness;
      self: string;
      expected: readonly string[];
    },
  ) {
    this.listeningSince = o.clock.monotonicMs();
    for (const name of [...o.expected, o.self]) this.service(name);
  }

  start(): void {
    const { bus, clock, telemetry } = this.o;
    this.listening = [
      listen(bus, telemetry, LiveSubject.allBeats, (_tokens, body) => this.hear(JSON.parse(body) as ServiceBeat)),
      {
        stop: bus.onStatus(() => {
          this.listeningSince = clock.monotonicMs();
          void this.judge();
        }),
      },
    ];
    this.timer = setInterval(() => void this.judge(), JUDGED_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { stop } of this.listening.splice(0)) stop();
  }

  /** The present state. */
  status(): Status {
    const services = [...this.services].map(([name, { state, since, replicas }]) => ({ name, state, since, replicas: replicas.size }));
    return {
      live: this.o.bus.connected,
      services: services.sort((a, b) => a.name.localeCompare(b.name)),
      at: this.o.clock.now().toISOString(),
    };
  }

  /** The present state, then each change, until the signal is aborted. A reader who is slow gets the newest. */
  async *changes(signal: AbortSignal): AsyncGenerator<Status, void> {
    const turn = { changed: true, wake: () => {} };
    const watcher = () => {
      turn.changed = true;
      turn.wake();
    };
    this.watchers.add(watcher);
    signal.addEventListener('abort', watcher, { once: true });
    try {
      while (!signal.aborted) {
        if (turn.changed) {
          turn.changed = false;
          yield this.status();
        } else {
          await new Promise<void>((wake) => (turn.wake = wake));
        }
      }
    } finally {
      this.watchers.delete(watcher);
      signal.removeEventListener('abort', watcher);
    }
  }

  private hear({ service: name, instance, ready, leaving }: ServiceBeat): void {
    const { replicas } = this.service(name);
    if (leaving) replicas.delete(instance);
    else replicas.set(instance, { heardAt: this.o.clock.monotonicMs(), ready });
    void this.judge();
  }

  /** Unknown so far: down until a first beat says otherwise. */
  private service(name: string): Service {
    const known = this.services.get(name);
    if (known) return known;
    const service: Service = { replicas: new Map(), state: 'DOWN', since: this.o.clock.now().toISOString() };
    this.services.set(name, service);
    return service;
  }

  private async judge(): Promise<void> {
    // Its own beats come back over the bus, which may be the very thing that is away.
    const { ready } = await this.o.readiness.report();
    const now = this.o.clock.monotonicMs();
    // Nothing is heard of anybody while the bus is away, and silence means nothing right after.
    const silenceCounts = this.o.bus.connected && now - this.listeningSince >= BEAT_LASTS_MS;
    for (const [name, service] of this.services) {
      if (silenceCounts) {
        for (const [instance, { heardAt }] of service.replicas) if (now - heardAt >= BEAT_LASTS_MS) service.replicas.delete(instance);
      }
      const replicas = [...service.replicas.values()];
      const state =
        name === this.o.self
          ? stateOf(true, ready)
          : stateOf(
              replicas.length > 0,
              replicas.some((replica) => replica.ready),
            );
      if (state !== service.state) Object.assign(service, { state, since: this.o.clock.now().toISOString() });
    }
    this.tell();
  }

  private tell(): void {
    const { live, services } = this.status();
    const news = JSON.stringify({ live, services });
    if (news === this.told) return;
    this.told = news;
    for (const watcher of this.watchers) watcher();
  }
}

function stateOf(alive: boolean, ready: boolean): ServiceState {
  if (!alive) return 'DOWN';
  return ready ? 'UP' : 'DEGRADED';
}
