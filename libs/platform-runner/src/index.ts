export { runnerErrors } from './errors.js';
export { baseConfig, configDefinitions, derivedPassword, installationConfig, realmOf, type InstallationConfig } from './installation.js';
export { KeyCipher } from './key-cipher.js';
export { natsAuthorization, natsUsers, type NatsUser, type OutsideAccounts } from './nats-permissions.js';
export { operationOf, type ParkedFact, type ServiceOperations } from './operations.js';
export { outsideAccounts, type BackEndUser, type MqttUser } from './outside-accounts.js';
export { OpsServer, type Observed } from './ops-server.js';
export { mergeMetrics } from './prometheus-merge.js';
export { Readiness } from './readiness.js';
export { migrateServices, run, RUN_OPTIONS, selectTargets, sentence } from './run.js';
export {
  defineService,
  RUNTIME,
  type AnyServiceDefinition,
  type DatabaseNeeds,
  type NatsNeeds,
  type ServiceDefinition,
  type ServiceRuntime,
} from './service-definition.js';
export {
  readConfig,
  startServices,
  stopServices,
  type Environment,
  type RunningService,
  type StartOptions,
  type TelemetryFactory,
} from './start-service.js';
