import type { Ocpp16Action, OCPP16_ACTIONS, RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { StopReason } from '@ampline/protocol-ocpp';
import type { FileUploads } from '../files/file-uploads.js';
import type { FirmwareUpdates } from '../files/firmware-updates.js';
import type { ConnectionSecurity } from '../security/connection-security.js';
import type { StationSecurity } from '../security/station-security.js';
import type { SimulatedEvse } from '../simulated-evse.js';
import type { StationParts } from '../station-parts.js';

/** The station as remote commands see it. */
export interface CommandedStation {
  readonly parts: StationParts;
  readonly evses: readonly SimulatedEvse[];
  readonly uploads: FileUploads;
  readonly firmware: FirmwareUpdates;
  readonly security: StationSecurity;
  readonly connection: ConnectionSecurity;
  operative: boolean;
  boot(): void;
  heartbeat(): void;
  reportStatus(connectorId: number): void;
  /** Ends transactions, goes away, and boots. */
  reboot(reason: Extract<StopReason, 'SoftReset' | 'HardReset'>): void;
  /** Comes back with what it connects with from now on. */
  reconnect(): void;
  /** A configuration key has another value. */
  configured(): void;
  securityEvent(type: string, techInfo?: string): void;
}

/** Requests that a station receives. */
export type CommandAction = {
  [A in Ocpp16Action]: (typeof OCPP16_ACTIONS)[A]['direction'] extends 'to-station' | 'both' ? A : never;
}[Ocpp16Action];

export interface Reply<A extends Ocpp16Action> {
  response: ResponseOf<A>;
  /** What the station does once it has answered. */
  then?: () => void;
}

export type CommandHandler<A extends Ocpp16Action> = (station: CommandedStation, request: RequestOf<A>) => Reply<A>;

export const ACCEPTED = { status: 'Accepted' } as const;
export const REJECTED = { status: 'Rejected' } as const;

export function byConnector(station: CommandedStation, connectorId: number): SimulatedEvse | undefined {
  return station.evses.find((evse) => evse.connectorId === connectorId);
}
