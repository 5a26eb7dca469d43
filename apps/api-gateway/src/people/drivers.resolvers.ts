import { DriverStatus } from '@ampline/contracts';
import type { DriverInput, MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { present, textOf, textOrNull } from '../mapping/values.js';
import { organisationOf } from './lookups.js';

function driverRequest({ name, email, phone, externalReference, organisationId }: DriverInput) {
  return {
    name,
    email: textOf(email),
    phone: textOf(phone),
    externalReference: textOf(externalReference),
    organisationId: textOf(organisationId),
  };
}

export const driverQueries: QueryResolvers = {
  drivers: async (_, args, { doors }) => {
    const { drivers, page } = await doors.people.listDrivers({
      page: pageRequest(args),
      search: textOf(args.search),
      organisationId: textOf(args.organisationId),
    });
    return connection(drivers, page);
  },
};

export const driverMutations: MutationResolvers = {
  createDriver: async (_, { input }, { doors }) => present((await doors.people.createDriver(driverRequest(input))).driver),
  updateDriver: async (_, { id, input, closed }, { doors }) => {
    const status = closed ? DriverStatus.CLOSED : DriverStatus.ACTIVE;
    return present((await doors.people.updateDriver({ driverId: id, ...driverRequest(input), status })).driver);
  },
};

export const driverFields: NonNullable<Resolvers['Driver']> = {
  id: (driver) => driver.driverId,
  email: (driver) => textOrNull(driver.email),
  phone: (driver) => textOrNull(driver.phone),
  externalReference: (driver) => textOrNull(driver.externalReference),
  organisation: (driver, _, { loaders }) => organisationOf(loaders, driver.organisationId),
  closed: (driver) => driver.status === DriverStatus.CLOSED,
};
