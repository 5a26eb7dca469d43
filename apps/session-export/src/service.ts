import { sessionEnded, sessionStarted, sessionUpdated } from '@ampline/contracts';
import { defineService } from '@ampline/platform-runner';
import { sessionRecordBinding } from './access.js';
import { sessionExportConfig } from './config.js';
import { recordErrors } from './errors.js';
import { sessionExportOperations } from './operations.js';
import { SessionExportModule } from './session-export.module.js';

export const sessionExportService = defineService({
  name: 'session-export',
  context: 'sessionexport',
  description: 'The record of every session, live and ended: lists, filters, figures.',
  config: sessionExportConfig,
  grpc: [sessionRecordBinding],
  facts: { publishes: [], consumes: [sessionStarted, sessionUpdated, sessionEnded] },
  nats: { publish: [], subscribe: [] },
  edges: { grpc: ['ocpp-csms'] },
  database: { schema: 'session_export', migrations: new URL('../migrations/', import.meta.url), pool: { app: 5, worker: 4 } },
  errors: recordErrors.declarations,
  operations: sessionExportOperations,
  module: (runtime) => SessionExportModule.with(runtime),
});
