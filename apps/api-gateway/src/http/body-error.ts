import type { AppError } from '@ampline/kernel-errors';
import { apiErrors } from '../errors.js';

/** What the body parsers of Express throw, as an error of ours. */
export function bodyError(error: unknown): AppError {
  const { type, limit } = error as { type?: unknown; limit?: unknown };
  return type === 'entity.too.large' ? apiErrors.bodyTooLarge({ limit }, error) : apiErrors.bodyUnreadable(undefined, error);
}

/** Whether an error comes from a body parser of Express. */
export function isBodyError(error: unknown): boolean {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  return typeof type === 'string' && /^(entity|request|encoding|charset|stream)\./.test(type);
}
