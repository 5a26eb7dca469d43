import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrandService } from '@ampline/contracts';
import type { Caller, Role } from '@ampline/platform-grpc';
import { code } from './outcome.js';
import { LOOK, RunningAccounts } from './running-accounts.js';

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>');

describe('a tenant’s own look', () => {
  let accounts: RunningAccounts;
  let tenantId: string;
  let otherId: string;

  beforeAll(async () => {
    accounts = await RunningAccounts.start();
    tenantId = (await accounts.tenant('marke')).tenantId;
    otherId = (await accounts.tenant('marke-2')).tenantId;
  });

  afterAll(async () => {
    await accounts.stop();
  });

  const brands = (roles: Role[] = ['tenant-admin'], more: Partial<Caller> = {}) =>
    accounts.client(BrandService, { subject: 'someone', roles, tenantId, ...more });
  const gateway = () => accounts.client(BrandService, { subject: 'api-gateway', roles: ['service'] });

  describe('a brand', () => {
    it('is made with the tenant', async () => {
      const { brand, tenantName } = await gateway().resolveBrand({ tenantSlug: 'marke' });
      expect(brand).toMatchObject({ tenantId, slug: 'default', isDefault: true, version: 1n, look: { name: 'Tenant marke' } });
      expect(tenantName).toBe('Tenant marke');
      expect(await accounts.facts(brand?.brandId ?? '')).toMatchObject([{ version: '1', payload: { slug: 'default' } }]);
    });

    it('is found by its host, which leads to one brand of the installation', async () => {
      const { brand } = await brands().createBrand({ slug: 'laden', look: { ...LOOK, hosts: ['Laden.Example'] } });
      expect(brand).toMatchObject({ look: { primaryColor: '#0b6b5b', hosts: ['laden.example'] } });
      expect((await gateway().resolveBrand({ host: 'LADEN.example' })).brand?.brandId).toBe(brand?.brandId);
      expect((await gateway().resolveBrand({ tenantSlug: 'marke', brandSlug: 'laden' })).brand?.brandId).toBe(brand?.brandId);
      const theirs = brands(['tenant-admin'], { tenantId: otherId });
      expect(await code(theirs.createBrand({ slug: 'laden', look: { ...LOOK, hosts: ['laden.example'] } }))).toBe('accounts.host-taken');
      await brands().updateBrand({ brandId: brand?.brandId ?? '', look: { ...LOOK, hosts: ['neu.example'] } });
      expect(await code(gateway().resolveBrand({ host: 'laden.example' }))).toBe('accounts.brand-unknown');
      expect(await code(theirs.createBrand({ slug: 'laden', look: { ...LOOK, hosts: ['laden.example'] } }))).toBe('answered');
    });

    it('changes once for each change', async () => {
      const brandId = (await brands().createBrand({ slug: 'einmal', look: LOOK })).brand?.brandId ?? '';
      expect((await brands().updateBrand({ brandId, look: LOOK })).brand).toMatchObject({ version: 1n });
      expect((await brands().updateBrand({ brandId, look: { ...LOOK, name: 'Neu' } })).brand).toMatchObject({ version: 2n });
      expect((await accounts.facts(brandId)).map((fact) => fact.version)).toEqual(['1', '2']);
      expect(await code(brands().createBrand({ slug: 'einmal', look: LOOK }))).toBe('accounts.brand-slug-taken');
    });

    it.each([
      ['a colour that is none', { primaryColor: 'red' }],
      ['a host with a port', { hosts: ['a.example:443'] }],
      ['a link that runs', { imprintUrl: 'javascript:alert(1)' }],
      ['a language we do not speak', { defaultLocale: 'fr' }],
    ])('is refused with %s', async (_, wrong) => {
      expect(await code(brands().createBrand({ slug: 'falsch', look: { ...LOOK, ...wrong } }))).toBe('accounts.field-invalid');
    });

    it('cannot be the face that the installation shows to everybody', async () => {
      const look = { ...LOOK, hosts: ['127.0.0.1'] };
      expect(await code(brands().createBrand({ slug: 'alle', look }))).toBe('accounts.host-reserved');
      const brandId = (await brands().createBrand({ slug: 'alle', look: LOOK })).brand?.brandId ?? '';
      expect(await code(brands().updateBrand({ brandId, look }))).toBe('accounts.host-reserved');
    });

    it('has a logo, or none', async () => {
      const brandId = (await brands().createBrand({ slug: 'logo', look: LOOK })).brand?.brandId ?? '';
      expect(await code(gateway().getBrandLogo({ brandId }))).toBe('accounts.logo-missing');
      const set = await brands().setBrandLogo({ brandId, contentType: 'image/svg+xml', content: SVG });
      expect(set.brand?.logoDigest).toMatch(/^[0-9a-f]{64}$/);
      const logo = await gateway().getBrandLogo({ brandId });
      expect(logo).toMatchObject({ contentType: 'image/svg+xml', digest: set.brand?.logoDigest });
      expect(Buffer.from(logo.content)).toEqual(SVG);
      const script = Buffer.from('<svg><script/></svg>');
      expect(await code(brands().setBrandLogo({ brandId, contentType: 'image/svg+xml', content: script }))).toBe('accounts.logo-invalid');
      expect((await brands().setBrandLogo({ brandId })).brand).toMatchObject({ logoDigest: '', version: 3n });
      expect(await code(gateway().getBrandLogo({ brandId }))).toBe('accounts.logo-missing');
    });
  });

  describe('a feature', () => {
    it('is what its definition says until the tenant says otherwise', async () => {
      const key = 'driver.guest-links';
      const find = async () => (await brands(['support']).listFeatureFlags({})).flags.find((flag) => flag.key === key);
      expect(await find()).toMatchObject({ percentage: 0, defaultPercentage: 0, version: 0n });
      const enabled = async (tenant: string) => (await brands(['driver'], { tenantId: tenant }).evaluateFeatures({})).enabled.includes(key);
      expect(await enabled(tenantId)).toBe(false);
      expect((await brands().setFeatureFlag({ key, percentage: 100 })).flag).toMatchObject({ percentage: 100, version: 1n });
      expect((await brands().setFeatureFlag({ key, percentage: 100 })).flag).toMatchObject({ version: 1n });
      expect([await enabled(tenantId), await enabled(otherId)]).toEqual([true, false]);
      expect(await code(brands().setFeatureFlag({ key: 'no.such', percentage: 1 }))).toBe('accounts.feature-unknown');
      expect(await code(brands().setFeatureFlag({ key, percentage: 101 }))).toBe('accounts.field-invalid');
    });
  });
});
