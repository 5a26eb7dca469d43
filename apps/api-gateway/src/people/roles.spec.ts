import { ROLES } from '@ampline/platform-grpc';
import { describe, expect, it } from '@jest/globals';
import { rolesOf, roleText } from './roles.js';

describe('roles', () => {
  it.each(ROLES.filter((role) => role !== 'service'))('%s has a word of its own', (role) => {
    expect(rolesOf([role]).map(roleText)).toEqual([role]);
  });

  it('of services and of newer versions are not shown', () => {
    expect(rolesOf(['service', 'emperor', 'operator'])).toEqual(['OPERATOR']);
  });
});
