import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredFile {
  method: string;
  path: string;
  authorization: string | undefined;
  content: Buffer;
}

/** Holds files to fetch, and what was put. */
export class FileServer {
  readonly stored: StoredFile[] = [];
  readonly files = new Map<string, Buffer>();
  /** Requests that are answered 503 before one is served. */
  failures = 0;

  private constructor(private readonly server: Server) {
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const path = request.url ?? '';
      if (this.failures > 0) {
        this.failures -= 1;
        response.writeHead(503).end();
      } else if (request.method === 'GET') {
        const file = this.files.get(path);
        response.writeHead(file === undefined ? 404 : 200).end(file);
      } else {
        const { method = '', headers } = request;
        this.stored.push({ method, path, authorization: headers.authorization, content: Buffer.concat(chunks) });
        response.writeHead(201).end();
      }
    });
  }

  static async start(): Promise<FileServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FileServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
