import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Telemetry } from '@ampline/platform-telemetry';
import { runnerErrors } from './errors.js';
import { mergeMetrics } from './prometheus-merge.js';
import type { Readiness } from './readiness.js';

/** A service as the operations port sees it. */
export interface Observed {
  name: string;
  telemetry: Telemetry;
  readiness: Readiness;
}

/** Probes and metrics of all services of a process: /livez, /readyz, /metrics, and each of the last two for one service: /metrics/<service>. */
export class OpsServer {
  readonly #server: Server;

  constructor(private readonly services: () => readonly Observed[]) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(500).end());
    });
  }

  /** Listens; answers the port. Throws `runner.port-busy`. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(cause.code === 'EADDRINUSE' ? runnerErrors.portBusy({ port, variable: 'AMPLINE_OPS_PORT' }, cause) : cause),
      );
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, page = '', name] = (request.url ?? '/').split('?')[0]?.split('/') ?? [];
    const chosen = this.services().filter((service) => name === undefined || service.name === name);
    if (chosen.length === 0 && name !== undefined) {
      response.writeHead(404).end();
    } else if (page === 'livez') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"alive":true}');
    } else if (page === 'readyz') {
      const reports = await Promise.all(chosen.map(async (s) => [s.name, await s.readiness.report()] as const));
      const ready = reports.length > 0 && reports.every(([, report]) => report.ready);
      response
        .writeHead(ready ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ready, services: Object.fromEntries(reports) }));
    } else if (page === 'metrics') {
      const texts = new Map(await Promise.all(chosen.map(async (s) => [s.name, await s.telemetry.metricsText()] as const)));
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(mergeMetrics(texts));
    } else {
      response.writeHead(404).end();
    }
  }
}
