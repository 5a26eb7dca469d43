import { Controller, Get, Headers, HttpCode, Options, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { API_AUDIENCE } from '../realm/realm-definition.js';
import { UserStore } from '../users/users.store.js';
import { claimsOf } from './claims.js';
import { OpenId } from './openid.js';

/** OpenID Connect Core §5.3, for access tokens of people. */
@Controller('realms/:realm/protocol/openid-connect/userinfo')
export class UserinfoController {
  constructor(
    private readonly openid: OpenId,
    private readonly users: UserStore,
  ) {}

  @Get()
  get(@Headers('authorization') authorization: string | undefined, @Headers('origin') origin: string | undefined, @Res() res: Response) {
    return this.answer(authorization, origin, res);
  }

  @Post()
  post(@Headers('authorization') authorization: string | undefined, @Headers('origin') origin: string | undefined, @Res() res: Response) {
    return this.answer(authorization, origin, res);
  }

  @Options()
  @HttpCode(204)
  preflight(@Headers('origin') origin: string | undefined, @Res({ passthrough: true }) res: Response): void {
    this.allow(origin, res);
    res.set({
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '3600',
    });
  }

  private async answer(authorization: string | undefined, origin: string | undefined, res: Response): Promise<void> {
    this.allow(origin, res);
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : await this.openid.liveClaims(token);
    const user = claims?.aud === API_AUDIENCE && claims.sub !== undefined ? await this.users.find(claims.sub) : undefined;
    if (!user?.enabled) {
      const error = token === undefined ? '' : ', error="invalid_token"';
      res.status(401).set('www-authenticate', `Bearer realm="ampline"${error}`).json({ error: 'invalid_token' });
      return;
    }
    res.json({ sub: user.id, ...claimsOf(user) });
  }

  private allow(origin: string | undefined, res: Response): void {
    res.vary('Origin');
    if (origin !== undefined && this.openid.origins.includes(origin)) res.set('access-control-allow-origin', origin);
  }
}
