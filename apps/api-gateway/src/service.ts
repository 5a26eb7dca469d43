import { LiveSubject } from '@ampline/contracts';
import { defineService } from '@ampline/platform-runner';
import { json } from 'express';
import { ApiGatewayModule } from './api-gateway.module.js';
import { apiGatewayConfig } from './config.js';
import { apiErrors } from './errors.js';

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
    configure: (app) => void app.use('/graphql', json({ limit: '100kb' })),
  },
  errors: apiErrors.declarations,
  module: (runtime) => ApiGatewayModule.with(runtime),
});
