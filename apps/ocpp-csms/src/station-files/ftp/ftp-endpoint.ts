import { createServer, type Server, type Socket } from 'node:net';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { BackgroundPart } from '../../background-part.js';
import type { Links } from '../links.js';
import type { Transfers } from '../transfers.js';
import { FtpSession, type FtpSessionOptions } from './ftp-session.js';

export interface FtpEndpointOptions extends FtpSessionOptions {
  port: number;
  maxConnections: number;
}

/** Files by FTP, and by FTP over TLS once the client asks for it (RFC 4217). */
export class FtpEndpoint implements BackgroundPart {
  private readonly sessions = new Set<FtpSession>();
  private readonly server: Server;

  constructor(
    private readonly options: FtpEndpointOptions,
    private readonly links: Links,
    private readonly transfers: Transfers,
    private readonly telemetry: Telemetry,
  ) {
    this.server = createServer({ noDelay: true }, (socket) => this.serve(socket));
    this.server.maxConnections = options.maxConnections;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.host, resolve);
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.destroy();
    await closed;
  }

  private serve(socket: Socket): void {
    const session = new FtpSession(socket, this.options, this.links, this.transfers, this.telemetry);
    this.sessions.add(session);
    socket.once('close', () => this.sessions.delete(session));
  }
}
