import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AppError, KIND_TABLE } from '@ampline/kernel-errors';
import type { Logger } from '@ampline/platform-telemetry';
import type { Response } from 'express';

/** Keycloak's own words for our errors: clients of its admin API may know them. */
const KEYCLOAK_SAYS: Readonly<Record<string, string>> = {
  'identity.token-missing': 'HTTP 401 Unauthorized',
  'identity.admin-forbidden': 'HTTP 403 Forbidden',
  'identity.realm-unknown': 'Realm does not exist',
  'identity.user-unknown': 'User not found',
  'identity.role-unknown': 'Could not find role',
  'identity.username-taken': 'User exists with same username',
};

/** Errors in the shape of Keycloak: `errorMessage` for a conflict, `error` for the rest; never more than the sentence. */
@Catch()
export class KeycloakErrorsFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const res = host.switchToHttp().getResponse<Response>();
    const refusal = refusalOf(error);
    if (refusal !== undefined) {
      res.status(refusal).json({ error: `HTTP ${refusal}` });
      return;
    }
    const known = AppError.is(error) ? error : undefined;
    const level = known?.level ?? 'error';
    if (level === 'error') this.logger.error('identity.request-failed', {}, error);
    else this.logger.debug('identity.request-refused', { code: known?.code });
    res.status(KIND_TABLE[known?.kind ?? 'internal'].http).json(bodyOf(known));
  }
}

/** Status of what the framework refused by itself: no such path, a body that is too large or cannot be read. */
function refusalOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && !AppError.is(error) && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function bodyOf(error: AppError | undefined): Record<string, unknown> {
  if (!error || error.kind === 'internal') return { error: 'unknown_error' };
  const words = KEYCLOAK_SAYS[error.code] ?? error.message;
  if (error.kind === 'conflict') return { errorMessage: words };
  const { field, description } = error.kind === 'invalid' ? (error.details ?? {}) : {};
  return { error: words, ...(field !== undefined && { field }), ...(description !== undefined && { error_description: description }) };
}
