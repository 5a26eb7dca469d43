import { IntakeIssueStatus, type IntakeIssue } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, jsonOrNull, present, textOf, textOrNull } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { issueState, issueStatuses, requestedResolution, resolutionOf } from './issues.mapping.js';
import { sessionOf } from './sessions.mapping.js';

/** One issue of the work list. */
export async function intakeIssue({ doors }: GatewayContext, issueId: string): Promise<IntakeIssue> {
  return present((await doors.intake.getIntakeIssue({ issueId })).issue);
}

export const issueQueries: QueryResolvers = {
  intakeIssue: (_, { id }, context) => intakeIssue(context, id),
  intakeIssues: async (_, args, { doors }) => {
    const { filter } = args;
    const { issues, page } = await doors.intake.listIntakeIssues({
      page: pageRequest(args),
      status: filter ? issueStatuses.value(filter.status) : IntakeIssueStatus.OPEN,
      stationId: textOf(filter?.stationId),
      reason: textOf(filter?.reason),
      sessionId: textOf(filter?.sessionId),
    });
    return connection(issues, page);
  },
  intakeIssueCounts: async (_, __, { doors }) =>
    (await doors.intake.countIntakeIssues({})).counts.map(({ reason, open }) => ({ reason, open: Number(open) })),
};

export const issueMutations: MutationResolvers = {
  resolveIntakeIssue: async (_, { id, resolution, note }, { doors }) => {
    const request = { issueId: id, resolution: requestedResolution(resolution), note: textOf(note) };
    return present((await doors.intake.resolveIntakeIssue(request)).issue);
  },
};

export const issueFields: NonNullable<Resolvers['IntakeIssue']> = {
  id: (issue) => issueState(issue).issueId,
  version: (issue) => issueState(issue).version,
  stationId: (issue) => issueState(issue).stationId,
  stationIdentity: (issue) => issueState(issue).stationIdentity,
  station: async (issue, _, { loaders }) => (await loaders.station.load(issueState(issue).stationId)) ?? null,
  sessionId: (issue) => textOrNull(issueState(issue).sessionId),
  session: async (issue, _, { loaders }) => {
    const { sessionId } = issueState(issue);
    const record = sessionId === '' ? undefined : await loaders.session.load(sessionId);
    return record ? sessionOf(record) : null;
  },
  reason: (issue) => issueState(issue).reason,
  status: (issue) => issueStatuses.word(issueState(issue).status),
  detail: (issue) => jsonOrNull(issue.detailJson) ?? {},
  resolutions: (issue) => issue.resolutions.map(resolutionOf),
  raisedAt: (issue) => iso(issueState(issue).raisedAt),
  resolvedAt: (issue) => isoOrNull(issueState(issue).resolvedAt),
  resolvedBy: (issue) => textOrNull(issueState(issue).resolvedBy),
  resolvedByName: (issue, _, { loaders }) => nameOfActor(loaders, issueState(issue).resolvedBy),
  resolution: (issue) => textOrNull(issueState(issue).resolution),
};
