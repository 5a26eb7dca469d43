import { CallerKind, type CallerProfile, type SessionState } from '@ampline/contracts';

/** Roles that see all sessions of their tenant. */
const STAFF: ReadonlySet<string> = new Set(['operator', 'support', 'analyst', 'tenant-admin', 'platform-admin']);

/**
 * Which sessions of the tenant a caller may see, as session-export decides it for stored ones: staff and API keys all, drivers their own,
 * fleet managers those of their organisation, a guest the one of the link.
 */
export function visibleSessions(viewer: CallerProfile): (session: SessionState) => boolean {
  if (viewer.kind === CallerKind.API_KEY) return () => viewer.scopes.includes('sessions:read');
  if (viewer.roles.some((role) => STAFF.has(role))) return () => true;
  const has = (role: string) => viewer.roles.includes(role);
  return ({ sessionId, authorization }) => {
    if (has('driver') && viewer.driverId !== '' && authorization?.driverId === viewer.driverId) return true;
    if (has('fleet-manager') && viewer.organisationId !== '' && authorization?.organisationId === viewer.organisationId) return true;
    return has('guest') && viewer.resource === `session:${sessionId}`;
  };
}
