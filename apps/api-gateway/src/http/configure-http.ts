import type { INestApplication } from '@nestjs/common';
import { Router, type Express } from 'express';
import { GatewayParts } from '../gateway-parts.js';
import { exportRoutes } from '../rest/exports.js';
import { firmwareUpload } from '../rest/firmware-upload.js';
import { healthRoute } from '../rest/health.js';
import { importRoutes } from '../rest/imports.js';
import { logoFiles, logoUpload } from '../rest/logos.js';
import { openapiRoute } from '../rest/openapi.js';
import { nothingHere, problems } from '../rest/problems.js';
import { RestAccess } from '../rest/rest-access.js';
import { stationCommands } from '../rest/station-commands.js';
import { stationFileDownload } from '../rest/station-files.js';
import { consoleConfig } from '../web/console-config.js';
import { consoleFiles } from '../web/console-files.js';
import { pagePolicy } from '../web/page-policy.js';
import type { Trusts } from './client-address.js';
import { requestIds } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** Routes of the application, and what stands before all of them. GraphQL's own route is Apollo's, behind our gate. */
export function configureHttp(app: INestApplication): void {
  const parts = app.get(GatewayParts);
  const { publicUrl, config } = parts.runtime;
  const express = app.getHttpAdapter().getInstance() as Express;
  express.disable('x-powered-by');
  express.set('trust proxy', config.trustedProxies);
  app.use(securityHeaders({ https: publicUrl.startsWith('https:') }), requestIds(), parts.origins.middleware());
  app.use('/graphql', parts.graphql.middleware());
  app.use('/rest/v1', restRoutes(parts));
  app.use('/files', logoFiles(parts.doors.own()), nothingHere(), problems(parts.answers));
  app.use('/console', ...consoleRoutes(parts));
  app.use(toConsole());
  parts.sockets.attach(app.getHttpServer() as Parameters<typeof parts.sockets.attach>[0], express.get('trust proxy fn') as Trusts);
}

function restRoutes({ admission, answers, contexts, rules, runtime, status }: GatewayParts): Router {
  const access = new RestAccess(admission, rules, contexts);
  return Router().use(
    healthRoute(status),
    openapiRoute(runtime.publicUrl),
    exportRoutes(access),
    logoUpload(access),
    stationCommands(access),
    stationFileDownload(access),
    firmwareUpload(access),
    importRoutes(access),
    nothingHere(),
    problems(answers),
  );
}

function consoleRoutes({ runtime, webRoot }: GatewayParts): Router[] {
  const { config, publicUrl, realm } = runtime;
  const policy = pagePolicy({ publicUrl, realmUrl: realm?.address.url });
  return [consoleConfig({ realm, defaultTenant: config.defaultTenant }), consoleFiles(webRoot, policy)];
}

function toConsole(): Router {
  return Router().get('/', (_request, response) => response.redirect(302, '/console/'));
}
