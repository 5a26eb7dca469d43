import type { IncomingMessage } from 'node:http';

/** The station's address. Each proxy in front appends the address it saw: the one `hops` entries from the right is the station's. */
export function remoteAddressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>, hops: number): string {
  const peer = request.socket.remoteAddress ?? '';
  if (hops === 0) return peer;
  const header = request.headers['x-forwarded-for'];
  const seen = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((address) => address.trim());
  return seen.at(-hops) || peer;
}
