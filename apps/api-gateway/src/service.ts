import { LiveSubject } from '@ampline/contracts';
import { defineService } from '@ampline/platform-runner';
import { ApiGatewayModule } from './api-gateway.module.js';
import { apiGatewayConfig } from './config.js';
import { apiErrors } from './errors.js';
import { configureHttp } from './http/configure-http.js';
import { resolverErrors } from './resolver.errors.js';

export const apiGatewayService = defineService({
  name: 'api-gateway',
  context: 'api',
  description: 'GraphQL, REST and the web applications: what people and partners reach from outside.',
  config: apiGatewayConfig,
  grpc: [],
  facts: { publishes: [], consumes: [] },
  nats: {
    publish: [LiveSubject.allMessageWatches],
    subscribe: ['fact.>', LiveSubject.allBeats, 'telemetry.meter.*.*', LiveSubject.allMessages],
  },
  edges: { grpc: ['accounts', 'ocpp-csms', 'session-export'] },
  http: {
    port: (config) => config.port,
    configure: configureHttp,
  },
  errors: [...apiErrors.declarations, ...resolverErrors.declarations],
  module: (runtime) => ApiGatewayModule.with(runtime),
});
