import { isUuid } from '@ampline/kernel-ids';
import { ownRowsOf, type Caller } from '@ampline/platform-grpc';
import { STAFF } from '../access.js';

/** Who reads, and of which tenant. */
export interface Reader {
  tenantId: string;
  caller: Caller;
}

/** Puts a value into the parameters of a statement; answers its place (`$1`…). */
export type Place = (value: unknown) => string;

/**
 * The condition on `session_record` that a reader's own sessions meet. Every read goes through it: what it does not let through is
 * answered as if it were not there.
 */
export function visible({ caller }: Reader, place: Place): string {
  const own = ownRowsOf(caller, STAFF);
  if (own === undefined) return 'true';
  const sessionId = /^session:(.+)$/.exec(own.resource ?? '')?.[1];
  const parts = [
    own.driverId && ofDriver(own.driverId, place),
    own.organisationId && ofOrganisation(own.organisationId, place),
    sessionId && isUuid(sessionId) && `session_id = ${place(sessionId)}::uuid`,
  ].filter(Boolean);
  return parts.length > 0 ? `(${parts.join(' OR ')})` : 'false';
}

// The second half is what the partial indexes ask for.
export function ofDriver(driverId: string, place: Place): string {
  return `driver_id = ${place(driverId)} AND driver_id <> ''`;
}

export function ofOrganisation(organisationId: string, place: Place): string {
  return `organisation_id = ${place(organisationId)} AND organisation_id <> ''`;
}
