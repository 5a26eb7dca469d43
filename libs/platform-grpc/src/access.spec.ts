import { describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { Metadata } from '@grpc/grpc-js';
import { kindOf, mayUse, ROLES, type AccessRule, type Caller } from './access.js';
import { admit } from './rpc.js';

const MINE = '0190a000-0000-7000-8000-000000000001';
const THEIRS = '0190a000-0000-7000-8000-000000000002';
const rule: AccessRule = { roles: ['operator', 'service'], scope: 'tenant', apiScope: 'stations:read' };
const key: Caller = { subject: 'k', kind: 'api-key', roles: [], tenantId: MINE, scopes: ['stations:read'] };

function verdict(caller: Caller, one: AccessRule, named?: string): string {
  const metadata = new Metadata();
  if (named) metadata.set('ampline-tenant', named);
  try {
    admit(caller, one, metadata);
    return 'admitted';
  } catch (error) {
    return AppError.is(error) ? error.code : String(error);
  }
}

describe('an API key', () => {
  it('may do what one of its scopes covers', () => {
    expect(verdict(key, rule)).toBe('admitted');
    expect(verdict({ ...key, scopes: ['sessions:read'] }, rule)).toBe('grpc.role-missing');
    expect(verdict({ ...key, scopes: [] }, rule)).toBe('grpc.role-missing');
  });

  it('may nothing where the rule names no scope, whatever roles its token names', () => {
    const { apiScope: _, ...closed } = rule;
    expect(verdict({ ...key, roles: [...ROLES] }, closed)).toBe('grpc.role-missing');
    expect(verdict({ ...key, roles: [...ROLES], scopes: [] }, rule)).toBe('grpc.role-missing');
  });

  it('works on its own tenant alone', () => {
    expect(verdict(key, rule, THEIRS)).toBe('grpc.tenant-foreign');
    const { tenantId: _, ...homeless } = key;
    expect(verdict(homeless, rule)).toBe('grpc.tenant-missing');
    expect(verdict({ ...homeless, roles: ['platform-admin'] }, rule, THEIRS)).toBe('grpc.tenant-foreign');
  });
});

describe('everybody else', () => {
  it('is judged by roles, scopes do not help', () => {
    expect(mayUse({ subject: 'd', roles: ['driver'], scopes: ['stations:read'] }, rule)).toBe(false);
    expect(mayUse({ subject: 'o', roles: ['driver', 'operator'] }, rule)).toBe(true);
    expect(mayUse({ subject: 'g', kind: 'guest', roles: ['guest'] }, rule)).toBe(false);
  });

  it('is a service by its role, else a person, unless the token says what it is', () => {
    expect(kindOf({ subject: 's', roles: ['service'] })).toBe('service');
    expect(kindOf({ subject: 'p', roles: ['operator'] })).toBe('person');
    expect(kindOf({ subject: 'g', kind: 'guest', roles: ['guest'] })).toBe('guest');
  });
});
