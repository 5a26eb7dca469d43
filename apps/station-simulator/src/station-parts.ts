import type { Clock, Timers } from '@ampline/kernel-time';
import type { CallDesk } from './call-desk.js';
import type { AuthorizationCache } from './authorization-cache.js';
import type { Chance } from './chance.js';
import type { StationConfiguration } from './configuration.js';
import type { StationLedger } from './ledger.js';
import type { LocalList } from './local-list.js';
import type { StationProfile } from './profile.js';
import type { Reservations } from './reservations.js';
import type { Sleeper } from './sleeper.js';
import type { ChargingProfiles } from './smart-charging/charging-profiles.js';
import type { StationClock } from './station-clock.js';

/** Told of decisions; one event name and its fields. Never told passwords or id tokens. */
export interface SimulatorLogger {
  debug(event: string, fields?: object): void;
  info(event: string, fields?: object): void;
  warn(event: string, fields?: object): void;
}

/** How time passes for a station. */
export interface Pace {
  /** Seconds of parking and charging that pass in one second. */
  speed: number;
  /** Milliseconds that a second of the firmware's intervals lasts (heartbeat, samples, retries): 1000, less in tests. */
  secondMs: number;
}

/** What the pieces of one simulated station share. */
export interface StationParts {
  readonly name: { readonly tenant: string; readonly identity: string };
  readonly profile: StationProfile;
  readonly pace: Pace;
  readonly configuration: StationConfiguration;
  readonly ledger: StationLedger;
  readonly chance: Chance;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sleeper: Sleeper;
  readonly stationClock: StationClock;
  readonly desk: CallDesk;
  readonly localList: LocalList;
  readonly cache: AuthorizationCache;
  readonly reservations: Reservations;
  readonly chargingProfiles: ChargingProfiles;
  readonly log: SimulatorLogger;
}
