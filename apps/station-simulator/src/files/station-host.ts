import type { SimulatedEvse } from '../simulated-evse.js';
import type { StationParts } from '../station-parts.js';

/** The station as its slow tasks see it. */
export interface StationHost {
  readonly parts: StationParts;
  readonly evses: readonly SimulatedEvse[];
  readonly online: boolean;
  /** Certificates it trusts beside the platform's, in PEM. */
  readonly trusted: readonly string[];
  /** New firmware takes over: ends transactions, goes away, and boots. */
  reboot(reason: 'Reboot'): void;
  /** A security event of the whitepaper; told while online, kept until then. */
  securityEvent(type: string, techInfo?: string): void;
}
