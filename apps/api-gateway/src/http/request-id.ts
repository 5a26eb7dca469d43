import { randomUUID } from 'node:crypto';
import { contextOf } from '@ampline/platform-telemetry';
import { context, createContextKey } from '@opentelemetry/api';
import type { RequestHandler } from 'express';

const KEY = createContextKey('ampline:request-id');
const PLAIN = /^[\w.-]{8,64}$/;

/** Id of the request that is being served. */
export function activeRequestId(): string | undefined {
  return context.active().getValue(KEY) as string | undefined;
}

/** Serves each request in the trace of its caller and under an id: the caller's `X-Request-Id`, else a new one, told in the answer. */
export function requestIds(): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && PLAIN.test(given) ? given : randomUUID();
    response.setHeader('x-request-id', id);
    const { traceparent } = request.headers;
    context.with(contextOf(typeof traceparent === 'string' ? traceparent : undefined).setValue(KEY, id), next);
  };
}
