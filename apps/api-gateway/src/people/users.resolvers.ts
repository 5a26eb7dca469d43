import { UserStatus as StatusValue } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, Resolvers, UserStatus } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, present, textOf, textOrNull } from '../mapping/values.js';
import { driverOf, organisationOf } from './lookups.js';
import { rolesOf, roleText } from './roles.js';

export const userStatuses = enumPair<StatusValue, UserStatus>()({
  [StatusValue.UNSPECIFIED]: undefined,
  [StatusValue.INVITED]: 'INVITED',
  [StatusValue.ACTIVE]: 'ACTIVE',
  [StatusValue.DISABLED]: 'DISABLED',
  [StatusValue.DELETED]: 'DELETED',
});

export const userQueries: QueryResolvers = {
  user: async (_, { id }, { doors }) => present((await doors.people.getUser({ userId: id })).user),
  users: async (_, args, { doors }) => {
    const { filter } = args;
    const { users, page } = await doors.people.listUsers({
      page: pageRequest(args),
      search: textOf(filter?.search),
      status: userStatuses.value(filter?.status),
      role: filter?.role ? roleText(filter.role) : '',
      organisationId: textOf(filter?.organisationId),
    });
    return connection(users, page);
  },
};

export const userMutations: MutationResolvers = {
  updateUser: async (_, { id, input }, { doors }) => {
    const { user } = await doors.people.updateUser({
      userId: id,
      name: input.name,
      roles: input.roles.map(roleText),
      organisationId: textOf(input.organisationId),
      brandId: textOf(input.brandId),
      driverId: textOf(input.driverId),
      locale: textOf(input.locale),
    });
    return present(user);
  },
  disableUser: async (_, { id }, { doors }) =>
    present((await doors.people.setUserStatus({ userId: id, status: StatusValue.DISABLED })).user),
  enableUser: async (_, { id }, { doors }) => present((await doors.people.setUserStatus({ userId: id, status: StatusValue.ACTIVE })).user),
  deleteUser: async (_, { id }, { doors }) => present((await doors.people.deleteUser({ userId: id })).user),
};

export const userFields: NonNullable<Resolvers['User']> = {
  id: (user) => user.userId,
  roles: (user) => rolesOf(user.roles),
  status: (user) => userStatuses.word(user.status),
  organisation: (user, _, { loaders }) => organisationOf(loaders, user.organisationId),
  driver: (user, _, { loaders }) => driverOf(loaders, user.driverId),
  brandId: (user) => textOrNull(user.brandId),
  createdAt: (user) => iso(user.createdAt),
};
