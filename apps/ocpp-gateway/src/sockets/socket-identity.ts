import type { SocketLimits, Transport } from '@ampline/contracts';

/** Whose socket it is, as the back end admitted it. */
export interface SocketIdentity {
  readonly tenantId: string;
  readonly tenant: string;
  readonly stationId: string;
  readonly station: string;
  readonly epoch: number;
  /** What was agreed in the handshake, or what the back end takes for granted when the station offered nothing. */
  readonly subprotocol: string;
  readonly transport: Transport;
  readonly remoteAddress: string;
  readonly limits: SocketLimits;
}
