import type { Clock, Timers } from '@ampline/kernel-time';
import type { LedgerOptions } from './ledger.js';
import type { ProfileChanges, ProfileName } from './profile.js';
import type { StationCertificate } from './security/station-security.js';
import type { EvseOptions } from './simulated-evse.js';
import type { Pace, SimulatorLogger } from './station-parts.js';

/** What one station is. */
export interface StationOptions {
  tenant: string;
  identity: string;
  /** Basic password; absent: none is sent. */
  password?: string;
  /** Default: 1 with a password, else 0. From 2 on it connects to `tlsUrl`. */
  securityProfile?: 0 | 1 | 2 | 3;
  /** Roots that it trusts the central system by, in PEM; more can be installed. */
  ca?: readonly string[];
  /** What it shows to a central system that asks for a certificate, until it gets another. */
  certificate?: StationCertificate;
  /** Default: one EVSE of 22 kW. */
  evses?: readonly EvseOptions[];
  vendor?: string;
  model?: string;
  /** By name, or what differs from the normal one. */
  profile?: ProfileName | ProfileChanges;
}

/** What the stations of one simulation share. */
export interface Surroundings {
  /** `ws://host:port/ocpp`, or several (a load balancer's addresses): each connection takes the next one. */
  urls: readonly string[];
  /** Where stations of security profile 2 and 3 connect: `wss://host:port/ocpp`. Empty: as the others. */
  tlsUrls: readonly string[];
  seed: number;
  idTokens: readonly string[];
  pace: Pace;
  keep: LedgerOptions['keep'];
  clock: Clock;
  timers: Timers;
  log: SimulatorLogger;
}
