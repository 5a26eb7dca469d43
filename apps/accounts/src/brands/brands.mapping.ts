import { BrandStateSchema, type BrandState } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import type { Locale } from '../fields.js';

/** What a row of table brand tells, with its hosts. */
export interface BrandRow {
  brand_id: string;
  tenant_id: string;
  slug: string;
  name: string;
  primary_color: string;
  accent_color: string;
  hosts: string[];
  default_locale: Locale;
  support_email: string | null;
  support_phone: string | null;
  imprint_url: string | null;
  privacy_url: string | null;
  terms_url: string | null;
  is_default: boolean;
  logo_digest: string | null;
  version: bigint;
}

export function brandState(row: BrandRow): BrandState {
  return create(BrandStateSchema, {
    brandId: row.brand_id,
    version: row.version,
    tenantId: row.tenant_id,
    slug: row.slug,
    look: {
      name: row.name,
      primaryColor: row.primary_color,
      accentColor: row.accent_color,
      hosts: row.hosts,
      defaultLocale: row.default_locale,
      supportEmail: row.support_email ?? '',
      supportPhone: row.support_phone ?? '',
      imprintUrl: row.imprint_url ?? '',
      privacyUrl: row.privacy_url ?? '',
      termsUrl: row.terms_url ?? '',
    },
    isDefault: row.is_default,
    logoDigest: row.logo_digest ?? '',
  });
}
