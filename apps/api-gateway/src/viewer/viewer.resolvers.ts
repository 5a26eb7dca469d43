import { CallerKind, type CallerProfile } from '@ampline/contracts';
import { LARGEST_PAGE } from '../mapping/pages.js';
import type { Resolvers, ViewerKind } from '../generated/graphql.js';
import { apiErrors } from '../errors.js';
import { textOrNull } from '../mapping/values.js';
import { brandOf } from '../people/brands.resolvers.js';
import { rolesOf } from '../people/roles.js';

const KINDS: Record<CallerKind, ViewerKind | undefined> = {
  [CallerKind.UNSPECIFIED]: undefined,
  [CallerKind.PERSON]: 'PERSON',
  [CallerKind.API_KEY]: 'API_KEY',
  [CallerKind.GUEST]: 'GUEST',
};

function kindOf({ kind }: CallerProfile): ViewerKind {
  const word = KINDS[kind];
  if (!word) throw apiErrors.failed({ reason: 'caller-kind' });
  return word;
}

/** Who asks, as accounts knows them. */
export const viewerResolvers: Resolvers = {
  Query: {
    viewer: (_root, _arguments, { viewer }) => {
      if (!viewer) throw apiErrors.unauthenticated({ field: 'Query.viewer' });
      return viewer;
    },
  },
  Viewer: {
    id: ({ subject }) => subject,
    kind: kindOf,
    email: ({ email }) => textOrNull(email),
    roles: ({ roles }) => rolesOf(roles),
    tenant: ({ tenantId: id, tenantSlug: slug, tenantName: name }) => ({ id, slug, name }),
    // Keys and links have none of their own.
    locale: ({ locale }) => locale || 'en',
    organisationId: ({ organisationId }) => textOrNull(organisationId),
    driverId: ({ driverId }) => textOrNull(driverId),
    // Whoever they are, they may see their own brand; the list of all is for staff, so the gateway asks for itself.
    brand: async ({ brandId, tenantId }, _arguments, { own }) => {
      const { brands } = await own.brands.listBrands({ page: { limit: LARGEST_PAGE } }, { tenantId });
      const brand = brands.find((one) => one.brandId === brandId) ?? brands.find((one) => one.isDefault);
      return brand ? brandOf(brand) : null;
    },
    // Features are switched on for people.
    features: async ({ kind }, _arguments, { doors }) =>
      kind === CallerKind.PERSON ? (await doors.brands.evaluateFeatures({})).enabled : [],
  },
};
