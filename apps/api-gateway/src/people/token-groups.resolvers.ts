import type { TokenGroup as TokenGroupMessage } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, TokenGroup } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { present } from '../mapping/values.js';

function tokenGroup(group: TokenGroupMessage | undefined): TokenGroup {
  const { groupId, name, groupToken } = present(group);
  return { id: groupId, name, groupToken };
}

export const tokenGroupQueries: QueryResolvers = {
  tokenGroups: async (_, args, { doors }) => {
    const { groups, page } = await doors.accounts.listTokenGroups({ page: pageRequest(args) });
    return connection(groups.map(tokenGroup), page);
  },
};

export const tokenGroupMutations: MutationResolvers = {
  createTokenGroup: async (_, { name, groupToken }, { doors }) =>
    tokenGroup((await doors.accounts.createTokenGroup({ name, groupToken })).group),
  updateTokenGroup: async (_, { id, name, groupToken }, { doors }) =>
    tokenGroup((await doors.accounts.updateTokenGroup({ groupId: id, name, groupToken })).group),
};
