import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ServiceRuntime } from '@ampline/platform-runner';
import type { NextFunction, Request, Response } from 'express';
import { KeycloakErrorsFilter } from './admin/keycloak-errors.filter.js';
import type { IdentityConfig } from './config.js';
import { identityErrors } from './errors.js';
import { STYLE_SOURCE } from './login/page-style.js';
import { OpenId } from './provider/openid.js';

const LARGEST_BODY = '32kb';

/** What stands in front of every answer: the headers, the realm's name, then the provider; the controllers get the rest. */
export function configureHttp(app: INestApplication, { realm, telemetry }: ServiceRuntime<IdentityConfig>): void {
  if (!realm) throw identityErrors.realmMissing();
  const express = app as NestExpressApplication;
  const openid = app.get(OpenId);
  const base = new URL(openid.issuer).pathname.replace(/\/realms\/[^/]+$/, '');
  const known = [`${base}/realms/${realm.address.realm}/`, `${base}/admin/realms/${realm.address.realm}/`];
  express.disable('x-powered-by');
  if (base !== '') app.setGlobalPrefix(base);
  app.use((req: Request, res: Response, next: NextFunction) => {
    res.set(headers(openid.origins));
    next(known.some((prefix) => req.url.startsWith(prefix)) ? undefined : identityErrors.realmUnknown());
  });
  app.use(openid.middleware);
  express.useBodyParser('json', { limit: LARGEST_BODY });
  express.useBodyParser('urlencoded', { limit: LARGEST_BODY, extended: false });
  app.useGlobalFilters(new KeycloakErrorsFilter(telemetry.logger));
}

/**
 * Nothing of a page comes from elsewhere, and no page is shown inside another. Browsers apply `form-action` to the redirects that a form
 * ends in as well: the login ends at the console. The provider adds the digest of a script where a page has one.
 */
function headers(origins: readonly string[]): Record<string, string> {
  const policy = [
    `default-src 'none'`,
    `script-src`,
    `style-src ${STYLE_SOURCE}`,
    `img-src data:`,
    `form-action 'self' ${origins.join(' ')}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
