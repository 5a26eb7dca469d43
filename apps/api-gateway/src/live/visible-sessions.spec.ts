import { CallerKind, CallerProfileSchema, SessionStateSchema } from '@ampline/contracts';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { visibleSessions } from './visible-sessions.js';

const session = create(SessionStateSchema, { sessionId: 's1', authorization: { driverId: 'd1', organisationId: 'o1' } });
const nobodys = create(SessionStateSchema, { sessionId: 's2', authorization: {} });
type Profile = MessageInitShape<typeof CallerProfileSchema>;

describe('a live session', () => {
  it.each<[string, Profile, boolean, boolean]>([
    ['staff', { roles: ['support'] }, true, true],
    ['its driver', { roles: ['driver'], driverId: 'd1' }, true, false],
    ['another driver', { roles: ['driver'], driverId: 'd2' }, false, false],
    ['a driver without a driver id', { roles: ['driver'] }, false, false],
    ['its fleet manager', { roles: ['fleet-manager'], organisationId: 'o1' }, true, false],
    ['a fleet manager without an organisation', { roles: ['fleet-manager'] }, false, false],
    ['a fleet manager who drives', { roles: ['fleet-manager', 'driver'], organisationId: 'o2', driverId: 'd1' }, true, false],
    ['the guest of its link', { kind: CallerKind.GUEST, roles: ['guest'], resource: 'session:s1' }, true, false],
    ['the guest of another link', { kind: CallerKind.GUEST, roles: ['guest'], resource: 'session:s3' }, false, false],
    ['a key with the scope', { kind: CallerKind.API_KEY, scopes: ['sessions:read'] }, true, true],
    ['a key without', { kind: CallerKind.API_KEY, scopes: ['stations:read'], roles: ['operator'] }, false, false],
    ['somebody with another role', { roles: ['site-host'], organisationId: 'o1' }, false, false],
  ])('is seen by %s', (_name, profile, own, others) => {
    const visible = visibleSessions(create(CallerProfileSchema, profile));
    expect([visible(session), visible(nobodys)]).toEqual([own, others]);
  });
});
