import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, type Logger as Pino } from 'pino';

/** One JSON line per decision: the event's name first, then its fields. Never id tokens, passwords or payloads. */
export interface Logger {
  debug(event: string, fields?: object): void;
  info(event: string, fields?: object): void;
  warn(event: string, fields?: object, error?: unknown): void;
  error(event: string, fields?: object, error?: unknown): void;
  child(fields: object): Logger;
}

/** Field names whose values never reach a log line, wherever they stand in the fields of an event. */
const SECRET_FIELDS = [
  'password',
  'idToken',
  'id_token',
  'idTag',
  'parentIdTag',
  'groupToken',
  'authorization',
  'secret',
  'token',
  'payload',
  'frame',
];
const REDACT = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

function describe(error: unknown): object {
  if (!(error instanceof Error)) return error === undefined ? {} : { error: { message: String(error) } };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    error: { name, message, ...(code === undefined ? {} : { code }), stack, ...(cause === undefined ? {} : { cause: String(cause) }) },
  };
}

function wrap(line: Pino): Logger {
  return {
    debug: (event, fields) => line.debug({ event, ...fields }),
    info: (event, fields) => line.info({ event, ...fields }),
    warn: (event, fields, error) => line.warn({ event, ...fields, ...describe(error) }),
    error: (event, fields, error) => line.error({ event, ...fields, ...describe(error) }),
    child: (fields) => wrap(line.child(fields)),
  };
}

/** A logger of one service; lines carry the trace they belong to. `destination` defaults to standard output. */
export function createLogger(o: { service: string; level?: string; destination?: NodeJS.WritableStream }): Logger {
  const options = {
    level: o.level ?? 'info',
    base: { service: o.service },
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACT, censor: '[redacted]' },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span && isSpanContextValid(span) ? { traceId: span.traceId, spanId: span.spanId } : {};
    },
  };
  return wrap(o.destination ? pino(options, o.destination) : pino(options));
}
