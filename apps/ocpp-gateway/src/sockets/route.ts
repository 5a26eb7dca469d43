import { StationPathSubject, type SocketRouting } from '@ampline/contracts';
import type { SecondCsms } from '../proxy/second-csms.js';
import type { SocketIdentity } from './socket-identity.js';

/** A socket, and where its calls go at the moment. */
export interface RoutedSocket {
  readonly identity: SocketIdentity;
  readonly routing: SocketRouting | undefined;
  readonly second: SecondCsms | undefined;
}

/** Who answers a call. `by` is absent when csms does: what it answers it has archived. */
export type Way = { subject: string; by?: string } | { second: SecondCsms | undefined; by: string };

/** Asked before each try: a call that is held goes where the routing says now. */
export function wayOf({ identity, routing, second }: RoutedSocket, action: string): Way {
  const { tenant, station } = identity;
  if (routing?.proxy?.mode === 'forward') return { second, by: 'proxy' };
  const { backEnd } = routing ?? {};
  if (!backEnd || backEnd.actions?.includes(action) === false) return { subject: StationPathSubject.call(tenant, station, action) };
  const { name, over } = backEnd;
  const subject = over === 'http' ? StationPathSubject.webhook : StationPathSubject.foreign;
  return { subject: subject(name, tenant, station, action), by: name };
}
