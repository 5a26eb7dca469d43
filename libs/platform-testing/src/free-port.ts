import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { portErrors } from './errors.js';

/** A TCP port on 127.0.0.1 that the kernel had free a moment ago. Whoever binds it must be ready to find it taken. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Throws `testing.port.busy` with the port in its details when something listens there. */
export async function assertPortFree(port: number, host = '127.0.0.1'): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw portErrors.busy({ port, host }, cause);
  }
  server.close();
  await once(server, 'close');
}
