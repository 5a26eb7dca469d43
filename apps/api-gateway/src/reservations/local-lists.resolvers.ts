import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOf, textOrNull } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { listSelections, listStatuses } from './reservations.mapping.js';

export const localListQueries: QueryResolvers = {
  localList: async (_, { stationId }, { doors }) => present((await doors.localLists.getLocalList({ stationId })).localList),
  localListPolicies: async (_, __, { doors }) => (await doors.localLists.listLocalListPolicies({})).policies,
};

export const localListMutations: MutationResolvers = {
  setLocalListPolicy: async (_, { input }, { doors }) => {
    const { policy, stations } = await doors.localLists.setLocalListPolicy({
      siteId: textOf(input.siteId),
      stationId: textOf(input.stationId),
      selection: listSelections.value(input.selection),
      groupIds: [...(input.groupIds ?? [])],
      idTokenIds: [...(input.idTokenIds ?? [])],
    });
    return { policy: present(policy), stations };
  },
  removeLocalListPolicy: async (_, { siteId, stationId }, { doors }) => {
    await doors.localLists.removeLocalListPolicy({ siteId: textOf(siteId), stationId: textOf(stationId) });
    return true;
  },
  syncLocalList: async (_, { stationId, full }, { doors }) =>
    present((await doors.localLists.syncLocalList({ stationId, full: full ?? false })).localList),
};

export const localListFields: NonNullable<Resolvers['LocalList']> = {
  status: (list) => listStatuses.word(list.status),
  result: (list) => textOrNull(list.result),
  heldVersion: (list) => list.heldVersion || null,
  stationVersion: (list) => list.stationVersion ?? null,
  entryCount: (list) => list.entries,
  entries: async ({ stationId }, args, { doors }) => {
    const { entries, page } = await doors.localLists.listLocalListEntries({ stationId, page: pageRequest(args) });
    const nodes = entries.map(({ idToken, status, expiresAt, groupToken }) => ({
      ...{ idToken, status },
      expiresAt: isoOrNull(expiresAt),
      groupToken: textOrNull(groupToken),
    }));
    return connection(nodes, page);
  },
  sendMost: (list) => list.sendMost || null,
  listMost: (list) => list.listMost || null,
  syncedAt: (list) => isoOrNull(list.syncedAt),
  dueAt: (list) => isoOrNull(list.dueAt),
  policy: (list) => list.policy ?? null,
};

export const localListPolicyFields: NonNullable<Resolvers['LocalListPolicy']> = {
  siteId: (policy) => textOrNull(policy.siteId),
  stationId: (policy) => textOrNull(policy.stationId),
  selection: (policy) => listSelections.word(policy.selection),
  chosen: (policy) => policy.chosen.map(({ idTokenId, idToken }) => ({ idTokenId, idToken: textOrNull(idToken) })),
  updatedByName: (policy, _, { loaders }) => nameOfActor(loaders, policy.updatedBy),
  updatedAt: (policy) => iso(policy.updatedAt),
};
