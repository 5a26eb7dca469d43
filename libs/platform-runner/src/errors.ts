import { declareErrors } from '@ampline/kernel-errors';

export const runnerErrors = declareErrors('runner', {
  unknownTarget: {
    kind: 'invalid',
    level: 'error',
    message: 'There is no such target.',
    mend: 'Name one of the services that the details list, several separated by commas, or all.',
  },
  configInvalid: {
    kind: 'invalid',
    level: 'error',
    message: 'The configuration has problems.',
    mend: 'Correct the variables that the details list; docs/configuration.md describes them.',
  },
  databaseUnreachable: {
    kind: 'unavailable',
    level: 'error',
    message: 'The database of this service cannot be reached.',
    mend: 'Start PostgreSQL, or correct AMPLINE_DATABASE_URL.',
  },
  databaseNotMigrated: {
    kind: 'unavailable',
    level: 'error',
    message: 'The database of this service does not let it in.',
    mend: 'Run this service once with --migrate and AMPLINE_DATABASE_ADMIN_URL, with the same AMPLINE_SECRET.',
  },
  busUnreachable: {
    kind: 'unavailable',
    level: 'error',
    message: 'The message bus cannot be reached.',
    mend: 'Start nats-server with JetStream, or correct AMPLINE_NATS_URL.',
  },
  portBusy: {
    kind: 'conflict',
    level: 'error',
    message: 'A port of this service is in use.',
    mend: 'Stop the program that holds the port, or choose another by the variable that the details name.',
  },
  operationInvalid: {
    kind: 'invalid',
    level: 'error',
    message: 'The operation cannot be carried out like this.',
    mend: 'See --help and docs/operations/facts.md.',
  },
  noDatabase: {
    kind: 'internal',
    level: 'error',
    message: 'The service declares no database and asked for one.',
    mend: 'Add `database` to the service definition.',
  },
  objectStoreUnset: {
    kind: 'invalid',
    level: 'error',
    message: 'The service keeps files, and no object store is configured.',
    mend: 'Set AMPLINE_OBJECT_STORE_URL: file:///folder on one machine, s3://bucket on several.',
  },
  noObjectStore: {
    kind: 'internal',
    level: 'error',
    message: 'The service declares no object store and asked for one.',
    mend: 'Add `objects: true` to the service definition.',
  },
  notAnIssuer: {
    kind: 'internal',
    level: 'error',
    message: 'The service vouches for somebody and its definition does not say that it may.',
    mend: 'Ask accounts to exchange the credentials, or add `issuesTokens` to the service definition.',
  },
  unknownEdge: {
    kind: 'internal',
    level: 'error',
    message: 'The service calls another service that its definition does not name.',
    mend: 'Add the service to `edges.grpc` of the definition.',
  },
});
