import { MqttSubject, StationPathSubject } from '@ampline/contracts';
import { defineService } from '@ampline/platform-runner';
import { gatewayConfig } from './config.js';
import { gatewayErrors } from './errors.js';
import { GatewayModule } from './gateway.module.js';

export const ocppGatewayService = defineService({
  name: 'ocpp-gateway',
  context: 'ocpp-gateway',
  description: 'Holds the sockets of charging stations and carries their frames to the back end and back.',
  config: gatewayConfig,
  grpc: [],
  facts: { publishes: [], consumes: [] },
  nats: {
    publish: [
      StationPathSubject.admit,
      StationPathSubject.presence,
      StationPathSubject.allCalls,
      StationPathSubject.allOddities,
      // Only to announce a take-over: `ampline:superseded`.
      StationPathSubject.allCommands,
      StationPathSubject.allForeign,
      StationPathSubject.allWebhooks,
      StationPathSubject.allForeignMessages,
      StationPathSubject.allProxyStates,
      ...[MqttSubject.all, MqttSubject.allFrames, MqttSubject.adopt],
    ],
    subscribe: [
      ...[StationPathSubject.allCommands, StationPathSubject.allRevokes, StationPathSubject.allSockets, StationPathSubject.allRoutings],
      ...[MqttSubject.all, MqttSubject.allFrames, MqttSubject.adopt],
    ],
    answers: true,
  },
  edges: { grpc: [] },
  errors: gatewayErrors.declarations,
  module: (runtime) => GatewayModule.of(runtime),
});
