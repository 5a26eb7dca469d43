import { OrganisationKind, UserStatus, type PeopleService, type UserState } from '@ampline/contracts';
import type { Client } from '@ampline/platform-grpc';
import { USER_PASSWORD, type DemoTenant, type DemoUser } from './demo-data.js';

type People = Client<typeof PeopleService>;

/** Ids of a tenant's organisations and drivers, by name. */
export interface KnownPeople {
  organisations: ReadonlyMap<string, string>;
  drivers: ReadonlyMap<string, string>;
}

const ALL = { page: { limit: 500 } };

/** Brings organisations and drivers of the demo into being. */
export async function seedDriversAndOrganisations(people: People, tenant: DemoTenant, tenantId: string): Promise<KnownPeople> {
  const { organisations } = await people.listOrganisations(ALL, { tenantId });
  const organisationIds = new Map(organisations.map(({ name, organisationId }) => [name, organisationId]));
  for (const name of tenant.organisations.filter((one) => !organisationIds.has(one))) {
    const { organisation } = await people.createOrganisation({ name, kind: OrganisationKind.FLEET }, { tenantId });
    organisationIds.set(name, organisation?.organisationId ?? '');
  }
  const { drivers } = await people.listDrivers(ALL, { tenantId });
  const driverIds = new Map(drivers.map(({ name, driverId }) => [name, driverId]));
  for (const driver of tenant.drivers.filter(({ name }) => !driverIds.has(name)))
    driverIds.set(driver.name, (await people.createDriver(driver, { tenantId })).driver?.driverId ?? '');
  return { organisations: organisationIds, drivers: driverIds };
}

/** Brings the users of the demo into being, able to log in: each step that an earlier start did not get to. */
export async function seedUsers(people: People, tenant: DemoTenant, tenantId: string, known: KnownPeople): Promise<void> {
  const { users } = await people.listUsers(ALL, { tenantId });
  for (const wanted of tenant.users) {
    const present = users.find(({ email }) => email === wanted.email);
    if (present && present.status !== UserStatus.INVITED) continue;
    const { user, invitation } = present
      ? await people.renewInvitation({ userId: present.userId }, { tenantId })
      : await people.inviteUser(invitationOf(wanted, known), { tenantId });
    // Before they can log in: what they may see has to be settled first.
    if (user && wanted.driver) await beDriver(people, user, known.drivers.get(wanted.driver) ?? '', tenantId);
    await people.acceptInvitation({ secret: invitation?.secret ?? '', name: wanted.name, password: USER_PASSWORD });
  }
}

function invitationOf({ email, name, role, locale, organisation }: DemoUser, known: KnownPeople) {
  return { email, name, roles: [role], locale, organisationId: organisation ? (known.organisations.get(organisation) ?? '') : '' };
}

async function beDriver(people: People, user: UserState, driverId: string, tenantId: string): Promise<void> {
  const { userId, name, roles, organisationId, brandId, locale } = user;
  await people.updateUser({ userId, name, roles, organisationId, brandId, locale, driverId }, { tenantId });
}
