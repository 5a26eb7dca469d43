/** What went wrong, seen from the caller: decides the status on every wire (see `KIND_TABLE`). */
export type ErrorKind =
  'invalid' | 'not-found' | 'conflict' | 'forbidden' | 'unauthenticated' | 'unavailable' | 'timeout' | 'exhausted' | 'internal';

export type ErrorLevel = 'debug' | 'info' | 'warn' | 'error';

export interface AppErrorOptions {
  kind: ErrorKind;
  /** Stable, `<context>.<what-happened>`; the anchor of its runbook entry in docs/errors.md. */
  code: string;
  message: string;
  cause?: unknown;
  /** Fields for the log and the caller. Never id tokens, passwords or payloads. */
  details?: Record<string, unknown>;
  /** Log level; without it the kind decides. */
  level?: ErrorLevel;
}

/**
 * An outcome nobody planned for. Expected outcomes are returned as discriminated unions instead.
 * Callers branch on `kind` or `code`, never on `message`.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly level: ErrorLevel;
  readonly details?: Record<string, unknown>;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = options.kind;
    this.code = options.code;
    this.level = options.level ?? DEFAULT_LEVEL[options.kind];
    if (options.details !== undefined) this.details = options.details;
  }

  /** True for an `AppError`, and with `code` only for that one. */
  static is(e: unknown, code?: string): e is AppError {
    return e instanceof AppError && (code === undefined || e.code === code);
  }
}

const DEFAULT_LEVEL: Record<ErrorKind, ErrorLevel> = {
  invalid: 'info',
  'not-found': 'info',
  conflict: 'info',
  forbidden: 'warn',
  unauthenticated: 'warn',
  unavailable: 'warn',
  timeout: 'warn',
  exhausted: 'warn',
  internal: 'error',
};
