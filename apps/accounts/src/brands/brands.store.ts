import { createHash } from 'node:crypto';
import { brandChanged, type BrandState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { cursorText, pageFrom, uniqueViolation, type Database, type Page, type Tx } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { slugOf } from '../tenants/tenants.store.js';
import { defaultLook, type WantedLook } from './brand-look.js';
import { brandState, type BrandRow } from './brands.mapping.js';
import type { LogoType } from './logo-rules.js';

const DEFAULT_SLUG = 'default';
const COLUMNS = `brand_id, tenant_id, slug, name, primary_color, accent_color, default_locale, support_email, support_phone, imprint_url,
  privacy_url, terms_url, is_default, logo_digest, version,
  ARRAY(SELECT host FROM brand_host h WHERE h.brand_id = brand.brand_id ORDER BY host) AS hosts`;

/** A logo, as it is shown. */
export interface Logo {
  type: LogoType;
  content: Uint8Array;
  digest: string;
}

/** Brands of a tenant; each change, its fact and its audit entry are one transaction. */
export class BrandStore {
  /** `ownHost`: of the installation, which no tenant may take. */
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
    private readonly ownHost: string,
  ) {}

  /** The first brand of a tenant. Part of the transaction that creates the tenant. */
  async createDefault(tx: Tx, asking: Asking, tenant: string, name: string): Promise<void> {
    const brandId = await insert(tx, asking.tenantId, DEFAULT_SLUG, defaultLook(name), true);
    await this.changed(tx, asking, tenant, 'brand.created', brandId);
  }

  /** Throws `accounts.brand-slug-taken`, `accounts.host-taken`, `accounts.host-reserved`. */
  async create(asking: Asking, slug: string, look: WantedLook): Promise<BrandState> {
    this.assertForeign(look.hosts);
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const tenant = await slugOf(tx, asking.tenantId);
      const brandId = await insert(tx, asking.tenantId, slug, look, false);
      return this.changed(tx, asking, tenant, 'brand.created', brandId);
    });
  }

  /** The whole look. Throws `accounts.brand-unknown`, `accounts.host-taken`, `accounts.host-reserved`. */
  async update(asking: Asking, brandId: string, look: WantedLook): Promise<BrandState> {
    this.assertForeign(look.hosts);
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const tenant = await slugOf(tx, asking.tenantId);
      const before = await held(tx, brandId);
      await tx.query(
        `UPDATE brand SET name = $2, primary_color = $3, accent_color = $4, default_locale = $5, support_email = $6, support_phone = $7,
                          imprint_url = $8, privacy_url = $9, terms_url = $10
          WHERE brand_id = $1`,
        [brandId, ...lookColumns(look)],
      );
      await setHosts(tx, asking.tenantId, brandId, look.hosts);
      const after = await held(tx, brandId);
      if (JSON.stringify(lookOfRow(before)) === JSON.stringify(lookOfRow(after))) return brandState(after);
      await tx.query('UPDATE brand SET version = version + 1 WHERE brand_id = $1', [brandId]);
      return this.changed(tx, asking, tenant, 'brand.changed', brandId);
    });
  }

  /** Sets the logo, or takes it away (undefined). Throws `accounts.brand-unknown`. */
  setLogo(asking: Asking, brandId: string, logo: { type: LogoType; content: Uint8Array } | undefined): Promise<BrandState> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const tenant = await slugOf(tx, asking.tenantId);
      const before = await held(tx, brandId);
      const digest = logo ? createHash('sha256').update(logo.type).update(logo.content).digest('hex') : null;
      if (before.logo_digest === digest) return brandState(before);
      if (logo) {
        await tx.query(
          `INSERT INTO brand_logo (brand_id, tenant_id, content_type, content) VALUES ($1, $2, $3, $4)
           ON CONFLICT (brand_id) DO UPDATE SET content_type = excluded.content_type, content = excluded.content`,
          [brandId, asking.tenantId, logo.type, Buffer.from(logo.content)],
        );
      } else await tx.query('DELETE FROM brand_logo WHERE brand_id = $1', [brandId]);
      await tx.query('UPDATE brand SET logo_digest = $2, version = version + 1 WHERE brand_id = $1', [brandId, digest]);
      return this.changed(tx, asking, tenant, logo ? 'brand.logo-set' : 'brand.logo-removed', brandId);
    });
  }

  /** By id. */
  list(tenantId: string, page: Page): Promise<{ rows: BrandState[]; page: { nextCursor: string } }> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<BrandRow>(
        `SELECT ${COLUMNS} FROM brand WHERE $1::uuid IS NULL OR brand_id > $1 ORDER BY brand_id LIMIT $2`,
        [cursorText(page, 'uuid') ?? null, page.limit + 1],
      );
      const shown = pageFrom(rows, page, (row) => [row.brand_id]);
      return { rows: shown.rows.map(brandState), page: shown.page };
    });
  }

  /** The brand of a host; undefined when no brand has it. For whoever has not logged in: across tenants. */
  ofHost(host: string): Promise<ResolvedBrand | undefined> {
    return this.resolve('brand_id = (SELECT brand_id FROM brand_host WHERE host = $1)', [host.toLowerCase()]);
  }

  /** The brand of a tenant and a slug; without a slug the tenant's first. */
  ofSlugs(tenantSlug: string, brandSlug: string): Promise<ResolvedBrand | undefined> {
    return this.resolve(
      `tenant_id = (SELECT tenant_id FROM tenant WHERE slug = $1) AND CASE $2 WHEN '' THEN is_default ELSE slug = $2 END`,
      [tenantSlug, brandSlug],
    );
  }

  /** Throws `accounts.logo-missing`. */
  async logo(brandId: string): Promise<Logo> {
    const [row] = await this.database.query<{ content_type: LogoType; content: Buffer; logo_digest: string }>(
      'SELECT content_type, content, logo_digest FROM brand_logo JOIN brand USING (brand_id) WHERE brand_id = $1',
      [brandId],
    );
    if (!row) throw accountsErrors.logoMissing();
    return { type: row.content_type, content: row.content, digest: row.logo_digest };
  }

  private async resolve(where: string, params: string[]): Promise<ResolvedBrand | undefined> {
    return this.database.asWorker(async (tx) => {
      const row = await tx.one<BrandRow>(`SELECT ${COLUMNS} FROM brand WHERE ${where}`, params);
      if (!row) return undefined;
      const tenant = await tx.one<{ slug: string; name: string }>('SELECT slug, name FROM tenant WHERE tenant_id = $1', [row.tenant_id]);
      return { brand: brandState(row), tenantSlug: tenant?.slug ?? '', tenantName: tenant?.name ?? '' };
    });
  }

  private assertForeign(hosts: readonly string[]): void {
    if (hosts.includes(this.ownHost)) throw accountsErrors.hostReserved({ host: this.ownHost });
  }

  private async changed(tx: Tx, asking: Asking, tenant: string, action: string, brandId: string): Promise<BrandState> {
    const payload = brandState(await held(tx, brandId));
    await this.changes.tell(tx, { type: brandChanged, tenant, key: brandId, payload });
    await this.changes.record(tx, asking, tenant, { action, entity: { type: 'brand', id: brandId, name: payload.slug } });
    return payload;
  }
}

/** A brand with what a page says about its tenant. */
export interface ResolvedBrand {
  brand: BrandState;
  tenantSlug: string;
  tenantName: string;
}

async function insert(tx: Tx, tenantId: string, slug: string, look: WantedLook, isDefault: boolean): Promise<string> {
  const brandId = uuidv7();
  const made = await tx.one(
    `INSERT INTO brand (brand_id, tenant_id, slug, is_default, name, primary_color, accent_color, default_locale, support_email, support_phone,
       imprint_url, privacy_url, terms_url)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT ON CONSTRAINT brand_slug DO NOTHING RETURNING 1`,
    [brandId, tenantId, slug, isDefault, ...lookColumns(look)],
  );
  if (!made) throw accountsErrors.brandSlugTaken({ slug });
  await setHosts(tx, tenantId, brandId, look.hosts);
  return brandId;
}

async function setHosts(tx: Tx, tenantId: string, brandId: string, hosts: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM brand_host WHERE brand_id = $1 AND host <> ALL ($2)', [brandId, hosts]);
  await tx
    .query(
      `INSERT INTO brand_host (host, tenant_id, brand_id)
       SELECT host, $2, $1 FROM unnest($3::text[]) AS h (host) WHERE host NOT IN (SELECT host FROM brand_host WHERE brand_id = $1)`,
      [brandId, tenantId, hosts],
    )
    .catch((error: unknown) => {
      if (uniqueViolation(error) === undefined) throw error;
      throw accountsErrors.hostTaken(undefined, error);
    });
}

/** The brand's row, held until the transaction ends. */
async function held(tx: Tx, brandId: string): Promise<BrandRow> {
  const row = await tx.one<BrandRow>(`SELECT ${COLUMNS} FROM brand WHERE brand_id = $1 FOR NO KEY UPDATE`, [brandId]);
  if (!row) throw accountsErrors.brandUnknown({ brandId });
  return row;
}

function lookColumns(look: WantedLook): (string | null)[] {
  const { name, primaryColor, accentColor, defaultLocale, supportEmail, supportPhone, imprintUrl, privacyUrl, termsUrl } = look;
  return [name, primaryColor, accentColor, defaultLocale, supportEmail, supportPhone, imprintUrl, privacyUrl, termsUrl];
}

function lookOfRow(row: BrandRow): unknown[] {
  const { name, primary_color, accent_color, default_locale, support_email, support_phone, imprint_url, privacy_url, terms_url, hosts } =
    row;
  return [name, primary_color, accent_color, default_locale, support_email, support_phone, imprint_url, privacy_url, terms_url, hosts];
}
