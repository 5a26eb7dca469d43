import type { Resolvers } from '../generated/graphql.js';
import { orResync } from '../mapping/live-events.js';
import { issueFields, issueMutations, issueQueries } from './issues.resolvers.js';
import { sessionSubscriptions } from './sessions.live.js';
import { sessionFields, sessionQueries } from './sessions.resolvers.js';

/** All of sessions.graphql. */
export const sessionResolvers: Resolvers = {
  Query: { ...sessionQueries, ...issueQueries },
  Mutation: issueMutations,
  Subscription: sessionSubscriptions,
  Session: sessionFields,
  IntakeIssue: issueFields,
  SessionChange: orResync('Session'),
  SessionReading: orResync('Reading'),
  IntakeIssueChange: orResync('IntakeIssue'),
};
