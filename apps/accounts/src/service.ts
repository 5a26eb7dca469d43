import {
  accessRevoked,
  auditRecorded,
  brandChanged,
  driverChanged,
  idTokenChanged,
  organisationChanged,
  tenantChanged,
  userChanged,
} from '@ampline/contracts';
import { factOperations } from '@ampline/platform-outbox';
import { defineService } from '@ampline/platform-runner';
import { accessBinding, accountsBinding, auditBinding, brandBinding, peopleBinding } from './access.js';
import { AccountsModule, CONTEXT } from './accounts.module.js';
import { AUDITED_CONTEXTS, auditHandlers } from './audit/audit-intake.js';
import { accountsConfig } from './config.js';
import { accountsErrors } from './errors.js';

export const accountsService = defineService({
  name: 'accounts',
  context: CONTEXT,
  description: 'Tenants, their people and what they log in with, the id tokens that may charge, and the audit log of everything.',
  config: accountsConfig,
  grpc: [accountsBinding, peopleBinding, accessBinding, brandBinding, auditBinding],
  facts: {
    publishes: [
      tenantChanged,
      idTokenChanged,
      organisationChanged,
      userChanged,
      driverChanged,
      brandChanged,
      accessRevoked,
      auditRecorded(CONTEXT),
    ],
    consumes: AUDITED_CONTEXTS.map(auditRecorded),
  },
  nats: { publish: [], subscribe: [] },
  edges: { grpc: [] },
  database: { schema: 'accounts', migrations: new URL('../migrations/', import.meta.url), pool: { app: 5, worker: 4 } },
  issuesTokens: true,
  errors: accountsErrors.declarations,
  operations: ({ name, database, bus, instance, telemetry }) =>
    factOperations({
      service: name,
      database,
      bus,
      instance,
      telemetry,
      tells: CONTEXT,
      takes: AUDITED_CONTEXTS.map((context) => ({ context, handlers: auditHandlers(context) })),
    }),
  module: (runtime) => AccountsModule.with(runtime),
});
