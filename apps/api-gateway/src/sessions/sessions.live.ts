import { CallerKind, type IntakeIssueState, type SessionState } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { SubscriptionResolvers, SubscriptionSessionChangedArgs } from '../generated/graphql.js';
import type { GatewayContext } from '../graphql/context.js';
import { telling } from '../mapping/live-events.js';
import { askedSite, askedStation } from '../stations/lookups.js';
import { intakeIssue } from './issues.resolvers.js';
import { liveReading, sessionOf, stationRef } from './sessions.mapping.js';

/** A session that somebody wants to hear about; a foreign one is as unknown as one that there is not. */
async function askedSession({ doors }: GatewayContext, sessionId: string): Promise<SessionState> {
  return sessionOf((await doors.sessions.getSession({ sessionId })).record);
}

/** Whoever sees only their own sessions may not read places, and learns nothing about them from hearing only of their own sessions there. */
async function unlessForbidden<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (AppError.is(error) && error.kind === 'forbidden') return undefined;
    throw error;
  }
}

/** A guest hears of the session that their link is for, whatever else they ask for. */
function sessionIdFor({ viewer }: GatewayContext, asked: string | null | undefined): string | undefined {
  return asked ?? (viewer?.kind === CallerKind.GUEST ? viewer.resource.replace(/^session:/, '') : undefined);
}

export const sessionSubscriptions: SubscriptionResolvers = {
  sessionChanged: {
    subscribe: async (_, args: SubscriptionSessionChangedArgs, context) => {
      const { stationId, siteId } = args;
      const sessionId = sessionIdFor(context, args.sessionId);
      if (stationId) await unlessForbidden(askedStation(context, { stationId }));
      if (siteId) await unlessForbidden(askedSite(context.loaders, siteId));
      const session = sessionId === undefined ? undefined : await askedSession(context, sessionId);
      return context.live.sessions(
        (changed) =>
          (!session || changed.sessionId === session.sessionId) &&
          (!stationId || changed.station?.stationId === stationId.toLowerCase()) &&
          (!siteId || changed.station?.siteId === siteId.toLowerCase()),
      );
    },
    resolve: telling((session: SessionState) => session),
  },
  sessionReading: {
    subscribe: async (_, args, context) => {
      const session = await askedSession(context, args.sessionId);
      return context.live.readings({ sessionId: session.sessionId, siteId: stationRef(session).siteId });
    },
    resolve: telling(liveReading),
  },
  intakeIssueChanged: {
    subscribe: (_, __, context) => context.live.issues(() => true),
    // The fact has less than the work list shows.
    resolve: telling(({ issueId }: IntakeIssueState, context) => intakeIssue(context, issueId)),
  },
};
