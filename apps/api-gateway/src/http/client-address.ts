import type { IncomingMessage } from 'node:http';

/** Whether an address is one of a reverse proxy of ours; `hop`: its distance. As Express compiles it from `trust proxy`. */
export type Trusts = (address: string, hop: number) => boolean;

/** Where a request came from: the first address, seen from us, that is none of our proxies. */
export function clientAddress({ headers, socket }: IncomingMessage, trusts: Trusts): string {
  const forwarded = headers['x-forwarded-for'];
  const hops = typeof forwarded === 'string' ? forwarded.split(',').map((hop) => hop.trim()) : [];
  let address = socket.remoteAddress ?? '';
  for (let hop = 0; trusts(address, hop); hop++) {
    const before = hops.pop();
    if (!before) break;
    address = before;
  }
  return address;
}
