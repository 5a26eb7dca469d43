import { kindOf, type Caller } from '@ampline/platform-grpc';
import { STAFF } from './access.js';

/** Which rows of a tenant a caller reaches: all, or those that carry its driver or its organisation. */
export type Reach = 'all' | { driverId: string | null; organisationId: string | null };

/** Staff and API keys reach all; a driver its own, a fleet manager or site host those of the organisation. */
export function reachOf(caller: Caller): Reach {
  if (kindOf(caller) === 'api-key' || caller.roles.some((role) => STAFF.includes(role))) return 'all';
  const manages = caller.roles.includes('fleet-manager') || caller.roles.includes('site-host');
  return {
    driverId: caller.roles.includes('driver') ? (caller.driverId ?? null) : null,
    organisationId: manages ? (caller.organisationId ?? null) : null,
  };
}

/** The condition for a table with columns `driver_id` and `organisation_id`; `first` is the number of its first parameter. */
export function withinReach(reach: Reach, first: number): { where: string; params: (string | null)[] } {
  if (reach === 'all') return { where: 'true', params: [] };
  // Compared with null, nothing is true: who has neither reaches nothing.
  return {
    where: `(driver_id = $${first}::uuid OR organisation_id = $${first + 1}::uuid)`,
    params: [reach.driverId, reach.organisationId],
  };
}
