import type { MessageRetention as MessageRetentionMessage } from '@ampline/contracts';
import type { MessageRetention, Resolvers } from '../generated/graphql.js';
import { present } from '../mapping/values.js';

/** All of archive.graphql. */
export const archiveResolvers: Resolvers = {
  Query: {
    messageRetention: async (_, __, { doors }) => retention((await doors.stations.getMessageRetention({})).retention),
  },
  Mutation: {
    setMessageRetention: async (_, { days }, { doors }) => {
      const answer = await doors.stations.setMessageRetention(days == null ? {} : { days });
      return retention(answer.retention);
    },
  },
};

function retention(told: MessageRetentionMessage | undefined): MessageRetention {
  const { days, maximumDays } = present(told);
  return { days: days ?? null, maximumDays };
}
