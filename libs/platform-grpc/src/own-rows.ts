import { kindOf, type Caller, type Role } from './access.js';

/** What a caller may see of a tenant who may not see all of it; what is absent gives nothing. */
export interface OwnRows {
  /** Rows of the driver that the caller is. */
  driverId?: string;
  /** Rows of the organisation that the caller manages. */
  organisationId?: string;
  /** The one thing that a guest holds a link to, such as `session:<id>`. */
  resource?: string;
}

/**
 * To be asked once an access rule has let the caller in. Undefined: the caller sees all of the tenant, as an API key or by one of the
 * roles of `staff`.
 */
export function ownRowsOf(caller: Caller, staff: readonly Role[]): OwnRows | undefined {
  if (kindOf(caller) === 'api-key' || caller.roles.some((role) => staff.includes(role))) return undefined;
  const { roles, driverId, organisationId, resource } = caller;
  return {
    ...(roles.includes('driver') && driverId && { driverId }),
    ...(roles.includes('fleet-manager') && organisationId && { organisationId }),
    ...(roles.includes('guest') && resource && { resource }),
  };
}
