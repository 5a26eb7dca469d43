import type { RequestHandler } from 'express';

const METHODS = 'GET, POST, PUT, OPTIONS';
const HEADERS = 'authorization, content-type, x-api-key, x-request-id, traceparent';

/** Whose pages may use the API: the own origin and those of a list. */
export class Origins {
  private readonly allowed: ReadonlySet<string>;

  constructor(publicUrl: string, others: readonly string[]) {
    this.allowed = new Set([publicUrl, ...others].map((url) => new URL(url).origin));
  }

  /** `host`: of the request, with its port. Without an origin it is no page that asks. */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.allowed.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  /** CORS for the pages of the list. Others get no header, so that their browser tells them nothing. */
  middleware(): RequestHandler {
    return (request, response, next) => {
      const { origin, host } = request.headers;
      response.vary('Origin');
      if (origin !== undefined && this.allows(origin, host)) {
        response.setHeader('access-control-allow-origin', origin);
        response.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
      }
      if (request.method !== 'OPTIONS') return next();
      response.setHeader('access-control-allow-methods', METHODS);
      response.setHeader('access-control-allow-headers', HEADERS);
      response.setHeader('access-control-max-age', '600');
      response.status(204).end();
    };
  }
}
