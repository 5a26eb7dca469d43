import { kindOf, ROLES, type Caller, type Role } from '@ampline/platform-grpc';
import { accountsErrors } from '../errors.js';

/** Roles that people have: the others are those of services and of guest links. */
export const PEOPLES_ROLES: readonly Role[] = ROLES.filter((role) => role !== 'service' && role !== 'guest');

/** The installation's own services and administrators stand above the tenant's, these above everybody else. */
function rankOf(role: Role): number {
  if (role === 'platform-admin' || role === 'service') return 2;
  return role === 'tenant-admin' ? 1 : 0;
}

/** An API key has no roles: what it gives is below those who made it. */
function rankOfCaller(caller: Caller): number {
  return kindOf(caller) === 'api-key' ? 0 : Math.max(0, ...caller.roles.map(rankOf));
}

/** Throws `accounts.role-above-own` when one of the roles is above those of the caller. */
export function assertMayGive(caller: Caller, roles: readonly Role[]): void {
  const above = roles.filter((role) => rankOf(role) > rankOfCaller(caller));
  if (above.length > 0) throw accountsErrors.roleAboveOwn({ roles: above });
}

/** Roles in the order of ROLES, each once. Throws `accounts.field-invalid` for none, and for one that people cannot have. */
export function rolesOf(texts: readonly string[]): Role[] {
  const unknown = texts.filter((text) => !PEOPLES_ROLES.some((role) => role === text));
  if (unknown.length > 0 || texts.length === 0)
    throw accountsErrors.fieldInvalid({ field: 'roles', rule: `are some of ${PEOPLES_ROLES.join(', ')}` });
  return PEOPLES_ROLES.filter((role) => texts.includes(role));
}
