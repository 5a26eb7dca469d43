import type { IncomingMessage } from 'node:http';

/** The client's address: that of the connection, or what the outermost of `hops` trusted proxies saw. */
export function addressOf(request: IncomingMessage, hops: number): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const seen = hops > 0 ? forwarded.at(-hops) : undefined;
  return seen ?? request.socket.remoteAddress ?? '';
}
