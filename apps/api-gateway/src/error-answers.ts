import { AppError, KIND_TABLE } from '@ampline/kernel-errors';
import type { Telemetry } from '@ampline/platform-telemetry';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { apiErrors } from './errors.js';
import { activeRequestId } from './http/request-id.js';

/** What GraphQL clients know some refusals by. */
const GRAPHQL_WORDS: Readonly<Record<string, string>> = {
  'api.unauthenticated': 'UNAUTHENTICATED',
  'api.forbidden': 'FORBIDDEN',
  'api.failed': 'INTERNAL',
  'api.input-invalid': 'BAD_USER_INPUT',
  'api.persisted-query-unknown': 'PERSISTED_QUERY_NOT_FOUND',
  'api.query-unreadable': 'GRAPHQL_PARSE_FAILED',
  'api.query-invalid': 'GRAPHQL_VALIDATION_FAILED',
};
/** Where HTTP has a better word than the kind has. */
const STATUS: Readonly<Record<string, number>> = {
  'api.method-not-allowed': 405,
  'api.body-too-large': 413,
  'api.media-type-unsupported': 415,
};
const MENDS = new Map(apiErrors.declarations.map(({ code, mend }) => [code, mend]));

/** RFC 9457, with our code. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly details?: Record<string, unknown>;
  readonly mend?: string;
}

/** Code of an error on the wire. */
function wireCode(error: AppError): string {
  return GRAPHQL_WORDS[error.code] ?? error.code;
}

function httpStatus(error: AppError): number {
  return STATUS[error.code] ?? KIND_TABLE[error.kind].http;
}

/** Turns errors into answers, GraphQL's and REST's: declared ones with their code, all others into INTERNAL without a word about the cause. */
export class ErrorAnswers {
  private readonly refusals;

  constructor(private readonly telemetry: Telemetry) {
    this.refusals = telemetry.meter.createCounter('api_refusals_total', { description: 'Errors told to callers, by code.' });
  }

  /** What the caller may know of it. Logs and counts it, so call it once for each error. */
  tell(thrown: unknown): AppError {
    const error = outward(thrown);
    const { logger } = this.telemetry;
    this.refusals.add(1, { code: wireCode(error) });
    const fields = { code: error.code, requestId: activeRequestId() };
    if (error.level === 'error') logger.error('api.failed', fields, thrown);
    else if (error.level === 'warn') logger.warn('api.refused', fields, thrown);
    else logger[error.level]('api.refused', fields);
    return error;
  }

  /** An error of an execution, or one that prevented it. */
  graphql(error: GraphQLError): GraphQLFormattedError {
    const { path, locations } = error;
    const placed = { ...(locations && { locations }), ...(path && { path }) };
    const told = this.tell(causeOf(error));
    return { message: told.code === 'api.input-invalid' ? error.message : told.message, ...placed, extensions: extensionsOf(told) };
  }

  /** A refusal of a whole operation: HTTP status and body. */
  wholeOperation(thrown: unknown): { status: number; headers: Record<string, string>; body: { errors: GraphQLFormattedError[] } } {
    const told = this.tell(thrown);
    const found = told.code === 'api.query-invalid' ? (told.details?.['errors'] as GraphQLFormattedError[]) : undefined;
    const errors = found?.map((one) => ({ ...one, extensions: extensionsOf(told) }));
    return {
      status: httpStatus(told),
      headers: headersOf(told),
      body: { errors: errors ?? [{ message: told.message, extensions: extensionsOf(told) }] },
    };
  }

  /** A refusal of a REST request. */
  problem(thrown: unknown): { headers: Record<string, string>; body: Problem } {
    const told = this.tell(thrown);
    const { code, details, mend } = extensionsOf(told);
    const status = httpStatus(told);
    return {
      headers: headersOf(told),
      body: { type: 'about:blank', title: told.message, status, code, ...(details && { details }), ...(mend && { mend }) },
    };
  }
}

interface Extensions {
  readonly [key: string]: unknown;
  readonly code: string;
  readonly kind: string;
  readonly details?: Record<string, unknown>;
  readonly mend?: string;
}

function extensionsOf(error: AppError): Extensions {
  // Which method of which service was called is nobody's business outside; the errors of a query stand for themselves.
  const { method: _method, errors: _errors, ...details } = error.details ?? {};
  const mend = MENDS.get(error.code);
  return { code: wireCode(error), kind: error.kind, ...(Object.keys(details).length > 0 && { details }), ...(mend && { mend }) };
}

function headersOf(error: AppError): Record<string, string> {
  const retryAfterS = error.details?.['retryAfterS'];
  return {
    ...(error.kind === 'unauthenticated' && { 'www-authenticate': 'Bearer realm="ampline"' }),
    ...(typeof retryAfterS === 'number' && { 'retry-after': String(retryAfterS) }),
  };
}

/** Words of the transport (`grpc.…`) tell of addresses and methods; an internal error of another service is ours to the caller. */
function outward(thrown: unknown): AppError {
  if (!AppError.is(thrown)) return apiErrors.failed(undefined, thrown);
  if (thrown.kind === 'internal') return thrown.code === 'api.failed' ? thrown : apiErrors.failed(undefined, thrown);
  if (!thrown.code.startsWith('grpc.')) return thrown;
  if (thrown.kind === 'timeout') return apiErrors.serviceLate(undefined, thrown);
  return thrown.kind === 'unavailable' ? apiErrors.serviceUnavailable(undefined, thrown) : thrown;
}

/** What stands behind an error of graphql-js. Without a path it was found before anything ran: a variable of the caller's does not fit. */
function causeOf(error: GraphQLError): unknown {
  const { originalError } = error;
  if (originalError && !(originalError instanceof GraphQLError)) return originalError;
  return error.path ? apiErrors.failed(undefined, error) : apiErrors.inputInvalid(undefined, error);
}
