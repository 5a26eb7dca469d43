import {
  auditRecorded,
  commandChanged,
  idTokenChanged,
  intakeIssueChanged,
  LiveSubject,
  sessionEnded,
  sessionStarted,
  sessionUpdated,
  stationChanged,
  StationPathSubject,
  tenantChanged,
} from '@ampline/contracts';
import { defineService } from '@ampline/platform-runner';
import { OCPP16_ACTIONS, ocpp16Action, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { commandBinding, intakeBinding, stationBinding } from './access.js';
import { CONNECTIONS, csmsConfig } from './config.js';
import { CsmsModule } from './csms.module.js';
import { csmsErrors } from './errors.js';
import { intakeErrors } from './intake/errors.js';
import { issueErrors } from './issues/errors.js';
import { csmsOperations } from './operations.js';
import { securityBinding } from './security/access.js';
import { securityErrors } from './security/errors.js';

export const ocppCsmsService = defineService({
  name: 'ocpp-csms',
  context: 'csms',
  description: 'Sites, charging stations and what happens at them: takes in what stations tell, and tells stations what to do.',
  config: csmsConfig,
  grpc: [stationBinding, commandBinding, intakeBinding, securityBinding],
  facts: {
    publishes: [stationChanged, intakeIssueChanged, commandChanged, sessionStarted, sessionUpdated, sessionEnded, auditRecorded('csms')],
    consumes: [tenantChanged, idTokenChanged],
  },
  nats: {
    publish: [
      StationPathSubject.allCommands,
      StationPathSubject.allRevokes,
      StationPathSubject.allSockets,
      'telemetry.meter.*.*',
      LiveSubject.allMessages,
    ],
    subscribe: [
      StationPathSubject.admit,
      StationPathSubject.presence,
      StationPathSubject.allCalls,
      StationPathSubject.allOddities,
      LiveSubject.allMessageWatches,
    ],
  },
  edges: { grpc: ['accounts'] },
  database: { schema: 'csms', migrations: new URL('../migrations/', import.meta.url), pool: CONNECTIONS, jobs: true },
  objects: true,
  ocppActions: Object.keys(OCPP16_ACTIONS).filter((action) => ocpp16Action(action as Ocpp16Action).direction !== 'to-station'),
  errors: [...csmsErrors.declarations, ...intakeErrors.declarations, ...issueErrors.declarations, ...securityErrors.declarations],
  operations: csmsOperations,
  module: (runtime) => CsmsModule.of(runtime),
});
