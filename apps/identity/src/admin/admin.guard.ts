import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { identityErrors } from '../errors.js';
import { OpenId } from '../provider/openid.js';
import { ADMIN_CLIENT } from '../realm/realm-definition.js';

/** Users are managed by one client alone. Throws `identity.token-missing`, `identity.admin-forbidden`. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly openid: OpenId) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<Request>();
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : await this.openid.liveClaims(token);
    if (!claims) throw identityErrors.tokenMissing();
    if (claims['azp'] !== ADMIN_CLIENT) throw identityErrors.adminForbidden({ client: claims['azp'] });
    return true;
  }
}
