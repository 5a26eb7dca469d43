import { describe, expect, it } from '@jest/globals';
import type { Caller, Role } from './access.js';
import { ownRowsOf } from './own-rows.js';

const STAFF: readonly Role[] = ['operator', 'service'];
const caller = (roles: Role[], o: Partial<Caller> = {}): Caller => ({
  subject: 'someone',
  roles,
  driverId: 'D',
  organisationId: 'O',
  ...o,
});

describe('own rows', () => {
  it.each<[string, Caller]>([
    ['staff', caller(['operator'])],
    ['staff who also drives', caller(['driver', 'operator'])],
    ['an API key, whose scope let it in', caller([], { kind: 'api-key', scopes: ['sessions:read'] })],
  ])('are no limit for %s', (_, who) => {
    expect(ownRowsOf(who, STAFF)).toBeUndefined();
  });

  it.each<[string, Caller, object]>([
    ['a driver', caller(['driver']), { driverId: 'D' }],
    ['a fleet manager', caller(['fleet-manager']), { organisationId: 'O' }],
    ['a fleet manager who drives', caller(['driver', 'fleet-manager']), { driverId: 'D', organisationId: 'O' }],
    ['a guest', caller(['guest'], { kind: 'guest', resource: 'session:1' }), { resource: 'session:1' }],
    ['a driver without a driver', { subject: 'someone', roles: ['driver'] }, {}],
    ['a role that is neither', caller(['site-host']), {}],
  ])('of %s', (_, who, own) => {
    expect(ownRowsOf(who, STAFF)).toEqual(own);
  });
});
