import { createClient, type Client, type ExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';

type Data = Record<string, unknown>;

/** One subscription as its reader sees it. */
export interface Reading {
  /** Data of the events so far. */
  readonly events: Data[];
  /** Why it ended: the errors, or how the socket was closed. */
  readonly ended: Promise<unknown>;
  stop(): void;
}

/** A graphql-ws client as a browser has it, with one socket. */
export class SocketClient {
  readonly client: Client;
  /** Codes by which sockets were closed. */
  readonly closes: number[] = [];
  connections = 0;

  constructor(url: string, authorization: () => string | Promise<string>, o: { retries?: number; origin?: string } = {}) {
    const { origin } = o;
    class SocketOfOrigin extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, origin === undefined ? {} : { origin });
      }
    }
    this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: SocketOfOrigin,
      connectionParams: async () => ({ authorization: await authorization() }),
      lazy: true,
      retryAttempts: o.retries ?? 0,
      retryWait: () => Promise.resolve(),
      on: {
        connected: () => void (this.connections += 1),
        closed: (event) => void this.closes.push((event as { code: number }).code),
      },
    });
  }

  read(query: string, variables: Data = {}): Reading {
    const events: Data[] = [];
    let stop = () => {};
    const ended = new Promise<unknown>((resolve) => {
      stop = this.client.subscribe<Data>(
        { query, variables },
        {
          next: ({ data, errors }: ExecutionResult<Data>) => void events.push(data ?? { errors }),
          error: resolve,
          complete: () => resolve('complete'),
        },
      );
    });
    return { events, ended, stop: () => stop() };
  }

  async stop(): Promise<void> {
    await this.client.dispose();
  }
}
