import { keysetPages } from '@ampline/ui';
import type { TypePolicies } from '@apollo/client';

/** How the cache keeps the API's lists; what has an id is one thing wherever it is seen. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      stations: keysetPages('filter'),
      sites: keysetPages(),
      commands: keysetPages('stationId'),
      sessions: keysetPages('filter'),
      intakeIssues: keysetPages('filter'),
      idTokens: keysetPages('filter'),
      tokenGroups: keysetPages(),
      drivers: keysetPages('search', 'organisationId'),
      organisations: keysetPages('search'),
      users: keysetPages('filter'),
      apiKeys: keysetPages(),
      guestLinks: keysetPages(),
      brands: keysetPages(),
      audit: keysetPages('filter'),
    },
  },
  Station: { fields: { messages: keysetPages('filter'), commands: keysetPages(), sessions: keysetPages() } },
  Site: { fields: { locations: keysetPages(), stations: keysetPages(), counts: { merge: true } } },
  Session: { fields: { readings: keysetPages() } },
};
