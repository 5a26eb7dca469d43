import type { Consent as ConsentMessage } from '@ampline/contracts';
import type { Consent, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import { LARGEST_PAGE } from '../mapping/pages.js';
import { iso, isoOrNull, present } from '../mapping/values.js';

function consentOf(consent: ConsentMessage | undefined): Consent {
  const { consentId, purpose, documentVersion, givenAt, withdrawnAt } = present(consent);
  return { id: consentId, purpose, documentVersion, givenAt: iso(givenAt), withdrawnAt: isoOrNull(withdrawnAt) };
}

export const consentQueries: QueryResolvers = {
  consents: async (_, __, { doors }) => (await doors.people.listConsents({ page: { limit: LARGEST_PAGE } })).consents.map(consentOf),
};

export const consentMutations: MutationResolvers = {
  giveConsent: async (_, { purpose, documentVersion }, { doors }) =>
    consentOf((await doors.people.giveConsent({ purpose, documentVersion })).consent),
  withdrawConsent: async (_, { purpose }, { doors }) => consentOf((await doors.people.withdrawConsent({ purpose })).consent),
};
