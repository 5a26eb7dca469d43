import {
  auditRecorded,
  commandChanged,
  idTokenChanged,
  intakeIssueChanged,
  LiveSubject,
  reservationChanged,
  sessionEnded,
  sessionStarted,
  sessionUpdated,
  stationChanged,
  StationPathSubject,
  tenantChanged,
} from '@ampline/contracts';
import { defineService } from '@ampline/platform-runner';
import { OCPP16_ACTIONS, ocpp16Action, type Ocpp16Action } from '@ampline/protocol-ocpp';
import {
  commandBinding,
  intakeBinding,
  meteringBinding,
  quirkBinding,
  stationBinding,
  commandRunBinding,
  configurationBinding,
  onboardingBinding,
  firmwareBinding,
  stationFileBinding,
  routingBinding,
} from './access.js';
import { CONNECTIONS, csmsConfig } from './config.js';
import { configurationErrors } from './configuration/errors.js';
import { CsmsModule } from './csms.module.js';
import { csmsErrors } from './errors.js';
import { firmwareErrors } from './firmware/errors.js';
import { intakeErrors } from './intake/errors.js';
import { issueErrors } from './issues/errors.js';
import { meteringErrors } from './signed-values/errors.js';
import { onboardingErrors } from './onboarding/errors.js';
import { routingErrors } from './routing/errors.js';
import { csmsOperations } from './operations.js';
import { localListBinding } from './local-lists/access.js';
import { localListErrors } from './local-lists/errors.js';
import { importBinding } from './imports/access.js';
import { reservationBinding } from './reservations/access.js';
import { reservationErrors } from './reservations/errors.js';
import { stationFileErrors } from './station-files/errors.js';
import { securityBinding } from './security/access.js';
import { securityErrors } from './security/errors.js';

export const ocppCsmsService = defineService({
  name: 'ocpp-csms',
  context: 'csms',
  description: 'Sites, charging stations and what happens at them: takes in what stations tell, and tells stations what to do.',
  config: csmsConfig,
  grpc: [
    stationBinding,
    commandBinding,
    intakeBinding,
    meteringBinding,
    quirkBinding,
    commandRunBinding,
    importBinding,
    reservationBinding,
    localListBinding,
    onboardingBinding,
    configurationBinding,
    stationFileBinding,
    firmwareBinding,
    routingBinding,
    securityBinding,
  ],
  facts: {
    publishes: [
      stationChanged,
      intakeIssueChanged,
      commandChanged,
      reservationChanged,
      sessionStarted,
      sessionUpdated,
      sessionEnded,
      auditRecorded('csms'),
    ],
    consumes: [tenantChanged, idTokenChanged],
  },
  nats: {
    publish: [
      StationPathSubject.allCommands,
      StationPathSubject.allRevokes,
      StationPathSubject.allSockets,
      StationPathSubject.allRoutings,
      'telemetry.meter.*.*',
      LiveSubject.allMessages,
    ],
    subscribe: [
      StationPathSubject.admit,
      StationPathSubject.presence,
      StationPathSubject.allCalls,
      StationPathSubject.allOddities,
      ...[StationPathSubject.allForeignMessages, StationPathSubject.allProxyStates],
      ...[StationPathSubject.allOrders, StationPathSubject.allWebhooks],
      LiveSubject.allMessageWatches,
    ],
    answers: true,
  },
  edges: { grpc: ['accounts'] },
  database: { schema: 'csms', migrations: new URL('../migrations/', import.meta.url), pool: CONNECTIONS, jobs: true },
  objects: true,
  ocppActions: Object.keys(OCPP16_ACTIONS).filter((action) => ocpp16Action(action as Ocpp16Action).direction !== 'to-station'),
  errors: [
    ...csmsErrors.declarations,
    ...intakeErrors.declarations,
    ...issueErrors.declarations,
    ...meteringErrors.declarations,
    ...reservationErrors.declarations,
    ...localListErrors.declarations,
    ...onboardingErrors.declarations,
    ...configurationErrors.declarations,
    ...stationFileErrors.declarations,
    ...firmwareErrors.declarations,
    ...routingErrors.declarations,
    ...securityErrors.declarations,
  ],
  operations: csmsOperations,
  module: (runtime) => CsmsModule.of(runtime),
});
