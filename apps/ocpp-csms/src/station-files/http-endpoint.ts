import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { AppError, KIND_TABLE } from '@ampline/kernel-errors';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { BackgroundPart } from '../background-part.js';
import { rangeOf } from './byte-range.js';
import type { EndpointCertificate } from './endpoint-certificate.js';
import { isFileName, pathSegments } from './file-name.js';
import { LINK_FOLDER } from './link-secret.js';
import type { Link, Links } from './links.js';
import { boundaryOf, filePartOf } from './multipart.js';
import type { Transfers } from './transfers.js';

export interface HttpEndpointOptions {
  host: string;
  port: number;
  certificate: EndpointCertificate | undefined;
  maxConnections: number;
  /** A connection on which nothing moves is closed. */
  idleMs: number;
}

const HEADERS_WITHIN_MS = 15_000;
const MOST_HEADER_BYTES = 8_192;

/**
 * Files by HTTP or HTTPS: GET and HEAD of firmware with Range, PUT and POST of what was asked for. The path is the credential, so it
 * is in no log.
 */
export class HttpEndpoint implements BackgroundPart {
  private readonly server: Server;

  constructor(
    private readonly options: HttpEndpointOptions,
    private readonly links: Links,
    private readonly transfers: Transfers,
    private readonly telemetry: Telemetry,
  ) {
    const { certificate, idleMs } = options;
    const limits = { maxHeaderSize: MOST_HEADER_BYTES, headersTimeout: HEADERS_WITHIN_MS, requestTimeout: 0, keepAliveTimeout: 5_000 };
    const take = (request: IncomingMessage, response: ServerResponse): void => void this.take(request, response);
    this.server = certificate ? createTlsServer({ ...limits, ...certificate }, take) : createServer(limits, take);
    this.server.maxConnections = options.maxConnections;
    this.server.setTimeout(idleMs, (socket) => socket.destroy());
    this.server.on('clientError', (_error, socket) => socket.destroy());
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.host, resolve);
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.answer(request, response);
    } catch (error) {
      this.refuse(request, response, error);
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const [folder, token, name, ...more] = segmentsOf(request.url ?? '');
    const link = folder === LINK_FOLDER && token !== undefined && more.length === 0 ? await this.links.byToken(token) : undefined;
    if (!link) return finish(response, 404);
    const allowed = link.target.kind === 'download' ? ['GET', 'HEAD'] : ['PUT', 'POST'];
    if (!allowed.includes(method)) return finish(response, 405, { allow: allowed.join(', ') });
    if (link.target.kind === 'download') await this.give(link, request, response);
    else await this.receive(link, name, request, response);
  }

  private async give(link: Link, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (link.target.kind !== 'download') return;
    const { sizeBytes, imageId } = link.target;
    const etag = `"${imageId}"`;
    const ifRange = request.headers['if-range'];
    const range = ifRange === undefined || ifRange === etag ? rangeOf(request.headers.range, sizeBytes) : undefined;
    const fixed = { 'accept-ranges': 'bytes', etag, 'content-type': 'application/octet-stream', 'cache-control': 'no-store' };
    if (range === 'unsatisfiable') return finish(response, 416, { 'content-range': `bytes */${sizeBytes}` });
    const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
    response.writeHead(range ? 206 : 200, {
      ...fixed,
      'content-length': end - start + 1,
      ...(range && { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(await this.transfers.give(link, { start, end }), response);
  }

  private async receive(link: Link, name: string | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (Number(request.headers['content-length'] ?? 0) > link.maxBytes) return finish(response, 413, { connection: 'close' });
    const boundary = boundaryOf(request.headers['content-type'] ?? '');
    const part = boundary === undefined ? { fileName: undefined, bytes: request } : await filePartOf(request, boundary);
    if (!part) return finish(response, 400, { connection: 'close' });
    const fileName = [name, part.fileName].find((one) => one !== undefined && isFileName(one));
    await this.transfers.take(link, fileName, part.bytes);
    // What may follow the part is of no use.
    request.resume();
    finish(response, 201);
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    // A station that hangs up is no event; neither is one that is refused.
    if (!AppError.is(error) && !request.destroyed) this.telemetry.logger.warn('station-file.http-failed', {}, error);
    if (response.headersSent) response.destroy();
    else finish(response, statusOf(error), { connection: 'close' });
  }
}

function statusOf(error: unknown): number {
  if (AppError.is(error, 'csms.station-files.too-large')) return 413;
  return AppError.is(error) ? KIND_TABLE[error.kind].http : 500;
}

function finish(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-length': 0, ...headers }).end();
}

/** Percent-decoded; none for what is no path of ours. */
function segmentsOf(url: string): string[] {
  try {
    return pathSegments('/', decodeURIComponent(url.split('?', 1)[0] ?? ''));
  } catch {
    return [];
  }
}
