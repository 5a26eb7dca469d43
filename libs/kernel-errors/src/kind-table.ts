import type { ErrorKind } from './app-error.js';

export interface KindMapping {
  /** gRPC status code number. */
  grpc: number;
  http: number;
  /** OCPP-J 1.6 CALLERROR code (its own spelling). */
  ocpp: string;
}

/** The one table from kind to every wire. Total: a new kind does not compile without its row. */
export const KIND_TABLE: Record<ErrorKind, KindMapping> = {
  invalid: { grpc: 3, http: 400, ocpp: 'PropertyConstraintViolation' },
  'not-found': { grpc: 5, http: 404, ocpp: 'GenericError' },
  // FAILED_PRECONDITION rather than ABORTED: the same request again would meet the same state.
  conflict: { grpc: 9, http: 409, ocpp: 'GenericError' },
  forbidden: { grpc: 7, http: 403, ocpp: 'SecurityError' },
  unauthenticated: { grpc: 16, http: 401, ocpp: 'SecurityError' },
  unavailable: { grpc: 14, http: 503, ocpp: 'InternalError' },
  timeout: { grpc: 4, http: 504, ocpp: 'InternalError' },
  exhausted: { grpc: 8, http: 429, ocpp: 'GenericError' },
  internal: { grpc: 13, http: 500, ocpp: 'InternalError' },
};
