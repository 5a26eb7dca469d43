import { idTokenChanged, tenantChanged } from '@ampline/contracts';
import { factOperations } from '@ampline/platform-outbox';
import { defineService } from '@ampline/platform-runner';
import { accessBinding, accountsBinding, auditBinding, brandBinding, peopleBinding } from './access.js';
import { AccountsModule, CONTEXT } from './accounts.module.js';
import { accountsConfig } from './config.js';
import { accountsErrors } from './errors.js';

export const accountsService = defineService({
  name: 'accounts',
  context: CONTEXT,
  description: 'Tenants, and the id tokens that may charge at their stations.',
  config: accountsConfig,
  grpc: [accountsBinding, peopleBinding, accessBinding, brandBinding, auditBinding],
  facts: { publishes: [tenantChanged, idTokenChanged], consumes: [] },
  nats: { publish: [], subscribe: [] },
  edges: { grpc: [] },
  database: { schema: 'accounts', migrations: new URL('../migrations/', import.meta.url), pool: { app: 5, worker: 4 } },
  errors: accountsErrors.declarations,
  operations: ({ name, database, bus, instance, telemetry }) =>
    factOperations({ service: name, database, bus, instance, telemetry, tells: CONTEXT }),
  module: (runtime) => AccountsModule.with(runtime),
});
