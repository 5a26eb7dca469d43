import type { Role } from '../../generated/graphql.js';

/** Roles for which the console has pages, from the narrowest to the widest. */
export const OFFERED = ['DRIVER', 'FLEET_MANAGER', 'ANALYST', 'SUPPORT', 'OPERATOR', 'TENANT_ADMIN'] as const satisfies readonly Role[];

export type OfferedRole = (typeof OFFERED)[number] | 'PLATFORM_ADMIN';

/** Roles that somebody can be given by a person with `own` roles: nobody gives what is above their own. */
export function rolesToGive(own: readonly Role[]): readonly OfferedRole[] {
  return own.includes('PLATFORM_ADMIN') ? [...OFFERED, 'PLATFORM_ADMIN'] : OFFERED;
}
