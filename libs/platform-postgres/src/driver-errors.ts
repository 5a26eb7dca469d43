import { AppError } from '@ampline/kernel-errors';
import pg from 'pg';
import { databaseErrors } from './errors.js';

const UNIQUE_VIOLATION = '23505';
const QUERY_CANCELED = '57014';
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure, deadlock_detected. */
const RETRYABLE = new Set(['40001', '40P01']);
/** admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout, too_many_connections, idle_in_transaction_session_timeout. */
const CONNECTION_LOST = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '53300', '25P03']);

/** Name of the violated unique constraint or index, when that is what went wrong. */
export function uniqueViolation(e: unknown): string | undefined {
  const error = databaseError(e);
  return error?.code === UNIQUE_VIOLATION ? (error.constraint ?? '') : undefined;
}

/** The SQLSTATE of an error of the server; undefined for anything else. */
export function sqlState(e: unknown): string | undefined {
  return databaseError(e)?.code;
}

/** True when the same transaction may succeed if it is run again: the server broke it for the sake of another one. */
export function isRetryable(e: unknown): boolean {
  const state = sqlState(e);
  return state !== undefined && RETRYABLE.has(state);
}

/** Turns what the driver threw at a statement into what callers see. Errors about the data itself pass through unchanged. */
export function translate(e: unknown): unknown {
  if (e instanceof AppError || e instanceof TypeError || e instanceof RangeError) return e;
  const error = databaseError(e);
  // Anything of the driver that did not come from the server is about the connection.
  if (!error) return databaseErrors.unavailable(undefined, e);
  const state = error.code ?? '';
  if (state.startsWith('08') || CONNECTION_LOST.has(state)) return databaseErrors.unavailable({ sqlState: state }, e);
  if (state === QUERY_CANCELED) return databaseErrors.statementTimeout({ sqlState: state }, e);
  return e;
}

export function isUnavailable(e: unknown): boolean {
  return AppError.is(e, 'database.unavailable');
}

function databaseError(e: unknown): pg.DatabaseError | undefined {
  if (e instanceof pg.DatabaseError) return e;
  return e instanceof Error && e.cause !== undefined ? databaseError(e.cause) : undefined;
}
