import { createServer, type Server, type Socket } from 'node:net';

/** Ports that data connections are listened for on; 0 and 0: chosen by the kernel. */
export interface PortRange {
  from: number;
  to: number;
}

/** How long a client may take to open the data connection that it asked for. */
const OPEN_WITHIN_MS = 15_000;

/** A port that is open for one data connection, of one address. */
export class PassivePort {
  private readonly arrived: Promise<Socket>;
  private fail: (error: Error) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    /** Of the control connection: a stranger who finds the port gets nothing. */
    client: string,
  ) {
    this.arrived = new Promise((resolve, reject) => {
      this.fail = reject;
      server.on('connection', (socket) => {
        if (socket.remoteAddress !== client) return void socket.destroy();
        this.closeServer();
        resolve(socket);
      });
    });
    // Whoever asked for it may never use it.
    this.arrived.catch(() => undefined);
    this.timer = setTimeout(() => this.close(), OPEN_WITHIN_MS);
  }

  /** Undefined when all ports of the range are taken. */
  static async open(host: string, range: PortRange, client: string): Promise<PassivePort | undefined> {
    const size = range.to - range.from + 1;
    const first = Math.floor(Math.random() * size);
    for (let i = 0; i < size; i++) {
      const server = await listening(host, range.from === 0 ? 0 : range.from + ((first + i) % size));
      if (server) return new PassivePort(server, (server.address() as { port: number }).port, client);
    }
    return undefined;
  }

  /** The data connection; fails when none is opened in time. */
  connection(): Promise<Socket> {
    return this.arrived;
  }

  /** Ends the wait; a connection that was made stays. */
  close(): void {
    this.closeServer();
    this.fail(new Error('no data connection'));
  }

  /** Drops a connection that nobody took. */
  discard(): void {
    this.close();
    this.arrived.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
  }

  private closeServer(): void {
    clearTimeout(this.timer);
    this.server.close();
  }
}

function listening(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.maxConnections = 4;
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}
