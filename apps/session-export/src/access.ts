import { SessionRecordService } from '@ampline/contracts';
import { grpcBinding, type AccessRule, type Role } from '@ampline/platform-grpc';

/** They see all sessions of the tenant. */
export const STAFF: readonly Role[] = ['operator', 'support', 'analyst', 'tenant-admin', 'platform-admin', 'service'];

/** Drivers see their own sessions, fleet managers those of their organisation, guests the one they hold a link to. */
const reading: AccessRule = { roles: [...STAFF, 'driver', 'fleet-manager'], scope: 'tenant', apiScope: 'sessions:read' };
const readingOne: AccessRule = { ...reading, roles: [...reading.roles, 'guest'] };
const mending: AccessRule = { roles: ['platform-admin', 'service'], scope: 'platform' };

/** The service and who may call what. */
export const sessionRecordBinding = grpcBinding(SessionRecordService, {
  getSession: readingOne,
  batchGetSessions: readingOne,
  listSessions: reading,
  listLiveSessions: reading,
  summarizeSessions: reading,
  summarizeByTime: reading,
  rebuildProjection: mending,
  replayParkedFacts: mending,
});
