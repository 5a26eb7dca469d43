import { STATUS_CODES, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@ampline/platform-telemetry';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { clientAddress, type Trusts } from '../http/client-address.js';
import type { Origins } from '../http/origins.js';
import { LiveSocket } from './live-socket.js';
import type { OpenSockets } from './open-sockets.js';
import type { Subscriptions } from './subscriptions.js';

const LARGEST_MESSAGE = 100 * 1_024;
/** Answers that a peer does not read, such as those to its own pings; events of subscriptions wait elsewhere. */
const MOST_UNREAD_BYTES = 4 * 1_024 * 1_024;
/** A peer that answers no ping until the next one is gone. */
const PING_EVERY_MS = 12_000;
const STOP_PATIENCE_MS = 1_000;

/** WebSockets at `/graphql`, from the upgrade to the close. */
export class SocketServer {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  private stopping = false;

  constructor(private readonly o: { subscriptions: Subscriptions; sockets: OpenSockets; origins: Origins; logger: Logger }) {}

  /** Takes upgrades of an HTTP server. */
  attach(http: HttpServer, trusts: Trusts): void {
    const protocol = this.o.subscriptions.server();
    http.on('upgrade', (request, stream, head) => {
      const refusal = this.refusalOf(request);
      if (refusal) return refuse(stream, refusal);
      this.server.handleUpgrade(request, stream, head, (socket) => {
        const live = new LiveSocket(socket, this.o.sockets);
        const extra = { socket: live, address: clientAddress(request, trusts), host: hostOf(request) };
        const closed = protocol.opened(
          {
            protocol: socket.protocol,
            send: (data) => send(socket, data),
            close: (code, reason) => socket.close(code, reason),
            onMessage: (hear) => void socket.on('message', (data) => this.hear(socket, hear, data)),
          },
          extra,
        );
        socket.on('ping', () => dropUnread(socket));
        socket.on('error', (error) => this.o.logger.debug('api.socket-error', { error: error.message }));
        socket.once('close', (code, reason) => {
          closed(code, reason.toString()).catch((error: unknown) => this.o.logger.error('api.socket-failed', {}, error));
        });
        keepAlive(socket);
      });
    });
    this.o.sockets.start();
  }

  /** Tells clients to go elsewhere. Nobody is let in any more. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.o.sockets.stop(STOP_PATIENCE_MS);
    this.server.close();
  }

  private refusalOf(request: IncomingMessage): number | undefined {
    if (this.stopping) return 503;
    if (request.url?.split('?')[0] !== '/graphql') return 404;
    return this.o.origins.allows(request.headers.origin, request.headers.host) ? undefined : 403;
  }

  private hear(socket: WebSocket, hear: (data: string) => Promise<void>, data: RawData): void {
    dropUnread(socket);
    hear((data as Buffer).toString('utf8')).catch((error: unknown) => {
      this.o.logger.error('api.socket-failed', {}, error);
      socket.close(1011, 'Internal error');
    });
  }
}

/** Settles when there is room for more. A peer that has gone is no error: its socket closes. */
function send(socket: WebSocket, data: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => socket.send(data, () => resolve()));
}

function dropUnread(socket: WebSocket): void {
  if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate();
}

function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
}

/** The name of the host without its port, as Express gives it for requests. */
function hostOf({ headers }: IncomingMessage): string {
  const url = `http://${headers.host ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
