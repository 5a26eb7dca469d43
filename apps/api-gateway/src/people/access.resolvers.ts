import type { ApiKey as ApiKeyMessage, GuestLink as GuestLinkMessage } from '@ampline/contracts';
import { API_SCOPES } from '@ampline/platform-grpc';
import type { ApiKey, GuestLink, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, timestampOf } from '../mapping/values.js';

function apiKey(key: ApiKeyMessage | undefined): ApiKey {
  const { apiKeyId, name, prefix, scopes, requestsPerMinute, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = present(key);
  return {
    id: apiKeyId,
    name,
    prefix,
    scopes,
    requestsPerMinute,
    createdBy,
    createdAt: iso(createdAt),
    expiresAt: isoOrNull(expiresAt),
    lastUsedAt: isoOrNull(lastUsedAt),
    revokedAt: isoOrNull(revokedAt),
  };
}

function guestLink(link: GuestLinkMessage | undefined): GuestLink {
  const { guestLinkId, resource, createdBy, createdAt, expiresAt, revokedAt } = present(link);
  return { id: guestLinkId, resource, createdBy, createdAt: iso(createdAt), expiresAt: iso(expiresAt), revokedAt: isoOrNull(revokedAt) };
}

/** API keys and guest links. */
export const accessQueries: QueryResolvers = {
  apiKeys: async (_, args, { doors }) => {
    const { apiKeys, page } = await doors.access.listApiKeys({ page: pageRequest(args) });
    return connection(apiKeys.map(apiKey), page);
  },
  apiScopes: () => [...API_SCOPES],
  guestLinks: async (_, args, { doors }) => {
    const { guestLinks, page } = await doors.access.listGuestLinks({ page: pageRequest(args) });
    return connection(guestLinks.map(guestLink), page);
  },
};

export const accessMutations: MutationResolvers = {
  createApiKey: async (_, { input }, { doors }) => {
    const { name, scopes, requestsPerMinute, expiresAt } = input;
    const created = await doors.access.createApiKey({
      name,
      scopes,
      requestsPerMinute: requestsPerMinute ?? 0,
      expiresAt: timestampOf(expiresAt),
    });
    return { apiKey: apiKey(created.apiKey), secret: created.secret };
  },
  revokeApiKey: async (_, { id }, { doors }) => apiKey((await doors.access.revokeApiKey({ apiKeyId: id })).apiKey),
  createGuestLink: async (_, { sessionId, validHours }, { doors }) => {
    // accounts does not know sessions: a link to one that there is not, or that is another tenant's, is refused here.
    await doors.sessions.getSession({ sessionId });
    const resource = `session:${sessionId.toLowerCase()}`;
    const created = await doors.access.createGuestLink({ resource, validHours: validHours ?? 0 });
    return { guestLink: guestLink(created.guestLink), secret: created.secret };
  },
  revokeGuestLink: async (_, { id }, { doors }) => guestLink((await doors.access.revokeGuestLink({ guestLinkId: id })).guestLink),
};
