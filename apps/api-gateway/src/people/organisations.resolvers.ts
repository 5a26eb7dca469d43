import { OrganisationKind as KindValue, OrganisationStatus } from '@ampline/contracts';
import type { MutationResolvers, OrganisationInput, OrganisationKind, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { present, textOf, textOrNull } from '../mapping/values.js';

export const organisationKinds = enumPair<KindValue, OrganisationKind>()({
  [KindValue.UNSPECIFIED]: undefined,
  [KindValue.FLEET]: 'FLEET',
  [KindValue.SITE_HOST]: 'SITE_HOST',
  [KindValue.PARTNER]: 'PARTNER',
});

function organisationRequest({ name, kind, externalReference }: OrganisationInput) {
  return { name, kind: organisationKinds.value(kind), externalReference: textOf(externalReference) };
}

export const organisationQueries: QueryResolvers = {
  organisations: async (_, args, { doors }) => {
    const { organisations, page } = await doors.people.listOrganisations({ page: pageRequest(args), search: textOf(args.search) });
    return connection(organisations, page);
  },
};

export const organisationMutations: MutationResolvers = {
  createOrganisation: async (_, { input }, { doors }) =>
    present((await doors.people.createOrganisation(organisationRequest(input))).organisation),
  updateOrganisation: async (_, { id, input, closed }, { doors }) => {
    const status = closed ? OrganisationStatus.CLOSED : OrganisationStatus.ACTIVE;
    const request = { organisationId: id, ...organisationRequest(input), status };
    return present((await doors.people.updateOrganisation(request)).organisation);
  },
};

export const organisationFields: NonNullable<Resolvers['Organisation']> = {
  id: (organisation) => organisation.organisationId,
  kind: (organisation) => organisationKinds.word(organisation.kind),
  externalReference: (organisation) => textOrNull(organisation.externalReference),
  closed: (organisation) => organisation.status === OrganisationStatus.CLOSED,
};
