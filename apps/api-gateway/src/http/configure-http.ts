import type { INestApplication } from '@nestjs/common';
import type { Express } from 'express';
import { GatewayParts } from '../gateway-parts.js';
import type { Trusts } from './client-address.js';
import { requestIds } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** All that stands before the routes of the application. */
export function configureHttp(app: INestApplication): void {
  const parts = app.get(GatewayParts);
  const { config, publicUrl } = parts.runtime;
  const express = app.getHttpAdapter().getInstance() as Express;
  express.disable('x-powered-by');
  express.set('trust proxy', config.trustedProxies);
  app.use(securityHeaders({ https: publicUrl.startsWith('https:') }), requestIds(), parts.origins.middleware());
  app.use('/graphql', parts.graphql.middleware());
  parts.sockets.attach(app.getHttpServer() as Parameters<typeof parts.sockets.attach>[0], express.get('trust proxy fn') as Trusts);
}
