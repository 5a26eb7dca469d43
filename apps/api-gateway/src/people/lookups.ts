import type { DriverState, OrganisationState } from '@ampline/contracts';
import type { Loaders } from '../graphql/loaders.js';

/** The driver that something names; null for none, and for one that the viewer may not see. */
export async function driverOf(loaders: Loaders, driverId: string): Promise<DriverState | null> {
  return driverId === '' ? null : ((await loaders.driver.load(driverId)) ?? null);
}

/** The organisation that something names; null for none, and for one that the viewer may not see. */
export async function organisationOf(loaders: Loaders, organisationId: string): Promise<OrganisationState | null> {
  return organisationId === '' ? null : ((await loaders.organisation.load(organisationId)) ?? null);
}
