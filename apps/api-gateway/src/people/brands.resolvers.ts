import type { BrandState, FeatureFlag as FeatureFlagMessage } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Brand, BrandLookInput, FeatureFlag, MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { present, textOf, textOrNull } from '../mapping/values.js';

/** A brand as the API shows it. */
export function brandOf(state: BrandState | undefined): Brand {
  const { brandId, slug, isDefault, logoDigest, look } = present(state);
  const { name, primaryColor, accentColor, hosts, defaultLocale, ...contact } = present(look);
  return {
    id: brandId,
    slug,
    name,
    primaryColor,
    accentColor,
    hosts,
    defaultLocale,
    supportEmail: textOrNull(contact.supportEmail),
    supportPhone: textOrNull(contact.supportPhone),
    imprintUrl: textOrNull(contact.imprintUrl),
    privacyUrl: textOrNull(contact.privacyUrl),
    termsUrl: textOrNull(contact.termsUrl),
    isDefault,
    // The digest makes each logo an address of its own, which browsers may keep for ever.
    logoUrl: logoDigest === '' ? null : `/files/brands/${brandId}/logo/${logoDigest}`,
  };
}

function lookRequest(look: BrandLookInput) {
  const { name, primaryColor, accentColor, hosts } = look;
  return {
    name,
    primaryColor,
    accentColor,
    hosts: hosts ?? [],
    defaultLocale: look.defaultLocale,
    supportEmail: textOf(look.supportEmail),
    supportPhone: textOf(look.supportPhone),
    imprintUrl: textOf(look.imprintUrl),
    privacyUrl: textOf(look.privacyUrl),
    termsUrl: textOf(look.termsUrl),
  };
}

function featureFlag(flag: FeatureFlagMessage | undefined): FeatureFlag {
  const { key, description, percentage, defaultPercentage } = present(flag);
  return { key, description, percentage, defaultPercentage };
}

export const brandQueries: QueryResolvers = {
  brands: async (_, args, { doors }) => {
    const { brands, page } = await doors.brands.listBrands({ page: pageRequest(args) });
    return connection(brands.map(brandOf), page);
  },
  brand: async (_, { tenant, brand }, { own, host }) => {
    const by = tenant ? { tenantSlug: tenant, brandSlug: textOf(brand) } : { host };
    try {
      return brandOf((await own.brands.resolveBrand(by)).brand);
    } catch (error) {
      if (AppError.is(error) && error.kind === 'not-found') return null;
      throw error;
    }
  },
  features: async (_, __, { doors }) => (await doors.brands.listFeatureFlags({})).flags.map(featureFlag),
};

export const brandMutations: MutationResolvers = {
  createBrand: async (_, { slug, look }, { doors }) => brandOf((await doors.brands.createBrand({ slug, look: lookRequest(look) })).brand),
  updateBrand: async (_, { id, look }, { doors }) =>
    brandOf((await doors.brands.updateBrand({ brandId: id, look: lookRequest(look) })).brand),
  setFeature: async (_, { key, percentage }, { doors }) => featureFlag((await doors.brands.setFeatureFlag({ key, percentage })).flag),
};
