import type { Share } from '@ampline/ui';
import type { ConnectorStatus } from '../../generated/graphql.js';

/** From what is free to what is broken. */
const ORDER: readonly ConnectorStatus[] = [
  'AVAILABLE',
  'CHARGING',
  'PREPARING',
  'FINISHING',
  'SUSPENDED_EV',
  'SUSPENDED_EVSE',
  'RESERVED',
  'UNAVAILABLE',
  'UNKNOWN',
  'FAULTED',
];

/** Connectors by state in their order; those of stations that are offline are of no known state, whatever was told last. */
export function connectorShares(counts: {
  connectors: readonly { status: ConnectorStatus; count: number }[];
  connectorsOffline: number;
}): Share[] {
  const online = ORDER.map((status) => ({ status, count: counts.connectors.find((one) => one.status === status)?.count ?? 0 }));
  return [...online, { status: 'OFFLINE', count: counts.connectorsOffline }];
}
