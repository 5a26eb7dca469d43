import { systemClock, type Clock, type TimerHandle } from '@ampline/kernel-time';
import { addCounts, noCounts, type LedgerCounts, type LedgerMessage, type LedgerTransaction } from './ledger.js';
import type { ProfileChanges, ProfileName } from './profile.js';
import { SimulatedStation } from './simulated-station.js';
import type { StationOptions } from './station-options.js';
import type { SimulatorLogger } from './station-parts.js';
import { TimerWheel } from './timer-wheel.js';

export interface SimulationOptions {
  /** `ws://host:port/ocpp`; several: each connection of a station takes the next. */
  url: string | readonly string[];
  /** `wss://host:port/ocpp` for stations of security profile 2 and 3, also those that are raised to it. */
  tlsUrl?: string | readonly string[];
  stations: readonly StationOptions[];
  /** Same seed, same cars, energies and outages. Default 1. */
  seed?: number;
  /** Tokens that drivers come with; default `DEMO-OK-1`. */
  idTokens?: readonly string[];
  /** For stations that name none. */
  profile?: ProfileName | ProfileChanges;
  /** Seconds of parking and charging that pass in one second; default 1. */
  speed?: number;
  /** Milliseconds that a second of the firmware's intervals lasts; default 1000. */
  secondMs?: number;
  /** What the ledger keeps; default `recent`. */
  keep?: 'complete' | 'recent';
  /** How many stations get power per second; default 200. */
  startsPerSecond?: number;
  clock?: Clock;
  logger?: SimulatorLogger;
}

/** What all stations know to have happened. */
export interface Ledger {
  counts: LedgerCounts;
  transactions: LedgerTransaction[];
  /** With `keep: 'complete'` all, else those without an answer yet. */
  messages: (LedgerMessage & { tenant: string; station: string })[];
}

export interface Simulation {
  readonly stations: readonly SimulatedStation[];
  /** Cars leave and none come; resolves with true once every message is answered or given up, with false after the time. */
  settle(timeoutMs: number): Promise<boolean>;
  ledger(): Ledger;
  counts(): LedgerCounts & { online: number };
  /** Ends charging in good order, waits a moment for answers, closes the sockets. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_STARTS_PER_SECOND = 200;
const DEFAULT_GRACE_MS = 2_000;
const POLL_MS = 20;
const SILENT: SimulatorLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Starts simulated charging stations; returns at once, while they connect one after the other. */
export function startSimulation(o: SimulationOptions): Simulation {
  const clock = o.clock ?? systemClock;
  const timers = new TimerWheel(clock);
  const around = {
    urls: typeof o.url === 'string' ? [o.url] : o.url,
    tlsUrls: o.tlsUrl === undefined ? [] : typeof o.tlsUrl === 'string' ? [o.tlsUrl] : o.tlsUrl,
    seed: o.seed ?? 1,
    idTokens: o.idTokens ?? ['DEMO-OK-1'],
    pace: { speed: o.speed ?? 1, secondMs: o.secondMs ?? 1_000 },
    keep: o.keep ?? 'recent',
    clock,
    timers,
    log: o.logger ?? SILENT,
  };
  const stations = o.stations.map(
    (station) => new SimulatedStation({ ...(o.profile !== undefined && { profile: o.profile }), ...station }, around),
  );
  const everyMs = 1_000 / (o.startsPerSecond ?? DEFAULT_STARTS_PER_SECOND);
  const starts: TimerHandle[] = stations.map((station, i) => timers.setTimeout(() => station.start(), i * everyMs));

  const drained = async (timeoutMs: number) => {
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    while (!stations.every((station) => station.drained)) {
      if (clock.monotonicMs() >= deadlineMs) return false;
      await new Promise<void>((resolve) => void timers.setTimeout(resolve, POLL_MS));
    }
    return true;
  };
  const settle = (timeoutMs: number) => {
    for (const start of starts) timers.clear(start);
    for (const station of stations) station.settle();
    return drained(timeoutMs);
  };
  return {
    stations,
    settle,
    ledger: () => ({
      counts: total(stations),
      transactions: stations.flatMap((station) => station.ledger.transactions),
      messages: stations.flatMap((station) =>
        station.ledger.messages.map((message) => ({ ...message, ...station.parts.name, station: station.identity })),
      ),
    }),
    counts: () => ({ ...total(stations), online: stations.filter((station) => station.online).length }),
    stop: async (graceMs = DEFAULT_GRACE_MS) => {
      await settle(graceMs);
      for (const station of stations) station.stop();
    },
  };
}

function total(stations: readonly SimulatedStation[]): LedgerCounts {
  return stations.reduce((sum, station) => addCounts(sum, station.ledger.counts()), noCounts());
}
