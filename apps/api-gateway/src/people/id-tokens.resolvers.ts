import { IdTokenStatus as StatusValue, IdTokenType as TypeValue } from '@ampline/contracts';
import type { IdTokenStatus, IdTokenType, MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { isoOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { driverOf, organisationOf } from './lookups.js';

export const tokenStatuses = enumPair<StatusValue, IdTokenStatus>()({
  [StatusValue.UNSPECIFIED]: undefined,
  [StatusValue.ACTIVE]: 'ACTIVE',
  [StatusValue.BLOCKED]: 'BLOCKED',
  [StatusValue.REMOVED]: 'REMOVED',
});

export const tokenTypes = enumPair<TypeValue, IdTokenType>()({
  [TypeValue.UNSPECIFIED]: undefined,
  [TypeValue.ISO14443]: 'ISO14443',
  [TypeValue.ISO15693]: 'ISO15693',
  [TypeValue.CENTRAL]: 'CENTRAL',
  [TypeValue.EMAID]: 'EMAID',
  [TypeValue.LOCAL]: 'LOCAL',
  [TypeValue.KEY_CODE]: 'KEY_CODE',
  [TypeValue.MAC_ADDRESS]: 'MAC_ADDRESS',
});

export const idTokenQueries: QueryResolvers = {
  idToken: async (_, { idToken }, { doors }) => present((await doors.accounts.getIdToken({ idToken })).idToken),
  idTokens: async (_, args, { doors }) => {
    const { filter } = args;
    const { idTokens, page } = await doors.accounts.listIdTokens({
      page: pageRequest(args),
      status: tokenStatuses.value(filter?.status),
      search: textOf(filter?.search),
      driverId: textOf(filter?.driverId),
      organisationId: textOf(filter?.organisationId),
      groupId: textOf(filter?.groupId),
    });
    return connection(idTokens, page);
  },
};

export const idTokenMutations: MutationResolvers = {
  putIdToken: async (_, { input }, { doors }) => {
    const { idToken } = await doors.accounts.putIdToken({
      idToken: input.idToken,
      type: tokenTypes.value(input.type),
      expiresAt: timestampOf(input.expiresAt),
      groupId: textOf(input.groupId),
      allowConcurrent: input.allowConcurrent ?? false,
      driverId: textOf(input.driverId),
      organisationId: textOf(input.organisationId),
    });
    return present(idToken);
  },
  blockIdToken: async (_, { idToken }, { doors }) => present((await doors.accounts.blockIdToken({ idToken })).idToken),
  unblockIdToken: async (_, { idToken }, { doors }) => present((await doors.accounts.unblockIdToken({ idToken })).idToken),
  removeIdToken: async (_, { idToken }, { doors }) => present((await doors.accounts.removeIdToken({ idToken })).idToken),
};

export const idTokenFields: NonNullable<Resolvers['IdToken']> = {
  id: (token) => token.idTokenId,
  type: (token) => tokenTypes.word(token.type),
  status: (token) => tokenStatuses.word(token.status),
  expiresAt: (token) => isoOrNull(token.expiresAt),
  groupId: (token) => textOrNull(token.groupId),
  groupToken: (token) => textOrNull(token.groupToken),
  driver: (token, _, { loaders }) => driverOf(loaders, token.driverId),
  organisation: (token, _, { loaders }) => organisationOf(loaders, token.organisationId),
};
