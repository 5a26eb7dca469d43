import { SessionRecordService } from '@ampline/contracts';
import { grpcBinding, type AccessRule } from '@ampline/platform-grpc';

const reading: AccessRule = { roles: ['operator', 'support', 'analyst', 'tenant-admin', 'platform-admin', 'service'], scope: 'tenant' };
const mending: AccessRule = { roles: ['platform-admin', 'service'], scope: 'platform' };

/** The service and who may call what. */
export const sessionRecordBinding = grpcBinding(SessionRecordService, {
  getSession: reading,
  listSessions: reading,
  summarizeSessions: reading,
  rebuildProjection: mending,
  replayParkedFacts: mending,
});
