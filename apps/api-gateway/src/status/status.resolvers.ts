import type { PlatformStatus as Status, Resolvers } from '../generated/graphql.js';
import type { PlatformStatus } from './platform-status.js';

export function statusResolvers(status: PlatformStatus): Resolvers {
  return {
    Query: { platformStatus: () => status.status() },
    Subscription: {
      platformStatusChanged: {
        subscribe: (_root, _arguments, { signal }) => changed(status, signal),
      },
    },
  };
}

async function* changed(status: PlatformStatus, signal: AbortSignal): AsyncGenerator<{ platformStatusChanged: Status }> {
  for await (const platformStatusChanged of status.changes(signal)) yield { platformStatusChanged };
}
