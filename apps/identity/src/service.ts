import { defineService } from '@ampline/platform-runner';
import { identityConfig } from './config.js';
import { identityErrors } from './errors.js';
import { configureHttp } from './http.js';
import { IdentityModule } from './identity.module.js';

export const identityService = defineService({
  name: 'identity',
  context: 'identity',
  description: 'Who people and services are: an OpenID provider at Keycloak’s paths, for installations without a Keycloak.',
  config: identityConfig,
  grpc: [],
  facts: { publishes: [], consumes: [] },
  nats: { publish: [], subscribe: [] },
  edges: { grpc: [] },
  database: { schema: 'identity', migrations: new URL('../migrations/', import.meta.url), pool: { app: 1, worker: 6 } },
  http: { port: (config) => config.port, configure: configureHttp },
  errors: identityErrors.declarations,
  module: (runtime) => IdentityModule.with(runtime),
});
