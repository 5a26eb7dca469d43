import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOf, textOrNull } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { writeIdTokens } from './id-token-rows.js';
import { findingKinds, importEffects, importKinds, importStates } from './imports.mapping.js';

const queries: QueryResolvers = {
  import: async (_, { id }, { doors }) => present((await doors.imports.getImport({ importId: id })).import),
  imports: async (_, args, { doors }) => {
    const { imports, page } = await doors.imports.listImports({ page: pageRequest(args) });
    return connection(imports, page);
  },
  dataFindings: async (_, args, { doors }) => {
    const { kinds, siteId, unseenDays } = args.filter ?? {};
    const { findings, page } = await doors.imports.listDataFindings({
      page: pageRequest(args),
      kinds: (kinds ?? []).map((kind) => findingKinds.value(kind)),
      siteId: textOf(siteId),
      unseenDays: unseenDays ?? 0,
    });
    return connection(findings, page);
  },
  siteScores: async (_, args, { doors }) => {
    const { sites, page } = await doors.imports.listSiteScores({ page: pageRequest(args), unseenDays: args.unseenDays ?? 0 });
    return connection(sites, page);
  },
};

const mutations: MutationResolvers = {
  applyImport: async (_, { id, onlyGood }, { doors }) =>
    present((await doors.imports.applyImport({ importId: id, onlyGood: onlyGood ?? false })).import),
  continueImport: async (_, { id }, { doors }) => present(await writeIdTokens(doors, id)),
};

/** All of imports.graphql. */
export const importResolvers: Resolvers = {
  Query: queries,
  Mutation: mutations,
  Import: {
    id: ({ importId }) => importId,
    kind: ({ kind }) => importKinds.word(kind),
    state: ({ state }) => importStates.word(state),
    failure: ({ failure }) => textOrNull(failure),
    failureDetail: ({ failureDetail }) => textOrNull(failureDetail),
    rowCount: ({ rows }) => rows,
    createdByName: ({ createdBy }, _, { loaders }) => nameOfActor(loaders, createdBy),
    createdAt: ({ createdAt }) => iso(createdAt),
    appliedAt: ({ appliedAt }) => isoOrNull(appliedAt),
    completedAt: ({ completedAt }) => isoOrNull(completedAt),
    rows: async ({ importId }, args, { doors }) => {
      const { rows, page } = await doors.imports.listImportRows({
        importId,
        effect: importEffects.value(args.effect),
        page: pageRequest(args),
      });
      return connection(rows, page);
    },
  },
  ImportRow: { effect: ({ effect }) => importEffects.word(effect) },
  ImportProblem: { field: ({ field }) => textOrNull(field), value: ({ value }) => textOrNull(value) },
  DataFinding: {
    kind: ({ kind }) => findingKinds.word(kind),
    stationId: ({ stationId }) => textOrNull(stationId),
    stationIdentity: ({ stationIdentity }) => textOrNull(stationIdentity),
    evseNumber: ({ evseNumber }) => evseNumber || null,
    connectorNumber: ({ connectorNumber }) => connectorNumber || null,
    value: ({ value }) => textOrNull(value),
    compared: ({ compared }) => textOrNull(compared),
  },
  SiteScore: { score: ({ score }) => score ?? null },
};
