import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { portErrors } from './errors.js';

/**
 * Below what kernels hand out as source ports of outgoing connections (from 32768 on Linux, 49152 elsewhere): there, a server that
 * was killed may find its port taken by somebody's connection when it comes back, or by a client that connected to itself.
 */
const STEADY_PORTS = { from: 20_000, to: 32_767 };
const TRIES = 20;

/** A TCP port on 127.0.0.1 that was free a moment ago. Whoever binds it must be ready to find it taken. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** So many ports, all different: each is held until all are known. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  try {
    while (held.length < count) held.push(await hold());
    return held.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(held.map(release));
  }
}

/** Listens on a steady port; where so many are taken, on one that the kernel chooses. */
async function hold(): Promise<Server> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const server = await listen(randomInt(STEADY_PORTS.from, STEADY_PORTS.to + 1)).catch(() => undefined);
    if (server !== undefined) return server;
  }
  return listen(0);
}

async function listen(port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function release(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** Throws `testing.port.busy` with the port in its details when something listens there. */
export async function assertPortFree(port: number, host = '127.0.0.1'): Promise<void> {
  const server = await listen(port, host).catch((cause: unknown) => {
    throw portErrors.busy({ port, host }, cause);
  });
  await release(server);
}
