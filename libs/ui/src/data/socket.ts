import { createClient, type Client } from 'graphql-ws';
import type { Session } from '../session/session.js';
import { backoffMs } from './backoff.js';

/** The live connection as a page sees it. */
export interface LiveSocket {
  client: Client;
  /** Since when it is connected or not, ms. */
  state: () => SocketState;
  subscribe: (listener: () => void) => () => void;
  /** Told whenever it is connected again after it was lost: what happened meanwhile was missed. */
  onReconnected: (listener: () => void) => () => void;
}
export interface SocketState {
  connected: boolean;
  since: number;
}

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

/** @param url of the GraphQL endpoint, `ws:` or `wss:` */
export function createSocket(url: string, session: Session): LiveSocket {
  const listeners = new Set<() => void>();
  const reconnected = new Set<() => void>();
  let state: SocketState = { connected: false, since: Date.now() };
  let pong: ReturnType<typeof setTimeout> | undefined;

  const become = (connected: boolean) => {
    if (connected === state.connected) return;
    state = { connected, since: Date.now() };
    for (const listener of listeners) listener();
  };

  const client = createClient({
    url,
    connectionParams: async () => {
      const token = await session.token();
      return token === undefined ? {} : { authorization: `Bearer ${token}` };
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => session.state().is === 'in',
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, backoffMs(retries, Math.random()))),
    // A connection that nobody ended can be dead all the same: without an answer to a ping it is given up.
    keepAlive: PING_EVERY_MS,
    on: {
      connected: (_socket, _payload, wasRetry) => {
        become(true);
        if (wasRetry) for (const listener of reconnected) listener();
      },
      closed: () => {
        clearTimeout(pong);
        become(false);
      },
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
    },
  });

  return {
    client,
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReconnected: (listener) => {
      reconnected.add(listener);
      return () => reconnected.delete(listener);
    },
  };
}
