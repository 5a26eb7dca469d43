import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService, AccountsService, CallerKind, TenantStatus } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Role } from '@ampline/platform-grpc';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { decodeJwt } from 'jose';
import { code } from './outcome.js';
import { RunningAccounts } from './running-accounts.js';

describe('access without a log-in', () => {
  let accounts: RunningAccounts;
  let tenantId: string;

  beforeAll(async () => {
    accounts = await RunningAccounts.start();
    tenantId = (await accounts.tenant('zugang')).tenantId;
  });

  afterAll(async () => {
    await accounts.stop();
  });

  const access = (roles: Role[] = ['tenant-admin']) => accounts.client(AccessService, { subject: 'someone', roles, tenantId });
  const gateway = () => accounts.client(AccessService, { subject: 'api-gateway', roles: ['service'] });
  const key = (more: object = {}) => access().createApiKey({ name: 'Billing', scopes: ['id-tokens:read'], ...more });

  describe('an API key', () => {
    it('is exchanged for what its scopes allow', async () => {
      const { apiKey, secret } = await key();
      expect(secret).toMatch(/^ampl_[\w-]{8}_[\w-]{43}$/);
      expect(apiKey).toMatchObject({ prefix: secret.slice(0, 13), requestsPerMinute: 600, createdBy: 'someone' });
      const { token, caller } = await gateway().exchangeApiKey({ apiKey: secret });
      expect(caller).toMatchObject({
        subject: apiKey?.apiKeyId,
        kind: CallerKind.API_KEY,
        scopes: ['id-tokens:read'],
        roles: [],
        tenantId,
        requestsPerMinute: 600,
      });
      expect(caller?.brandId).not.toBe('');
      const client = accounts.withToken(AccountsService, () => token?.token ?? '');
      expect(await code(client.listIdTokens({}))).toBe('answered');
      expect(await code(client.putIdToken({ idToken: 'X' }))).toBe('grpc.role-missing');
      const { apiKeys } = await access().listApiKeys({});
      expect(apiKeys.find((one) => one.apiKeyId === apiKey?.apiKeyId)?.lastUsedAt?.seconds).toEqual(expect.any(BigInt));
      expect(Number(apiKeys[0]?.lastUsedAt?.seconds) % 60).toBe(0);
    });

    it('that is nobody’s, forged or cut is answered the same; one that is void says why', async () => {
      const { apiKey, secret } = await key();
      const forged = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
      const exchange = (apiKey: string) => code(gateway().exchangeApiKey({ apiKey }));
      for (const wrong of [forged, secret.slice(0, -1), secret.replace('ampl_', 'amplx'), '', `ampl_AAAAAAAA_${'A'.repeat(43)}`])
        expect(await exchange(wrong)).toBe('accounts.credential-invalid');
      await access().revokeApiKey({ apiKeyId: apiKey?.apiKeyId ?? '' });
      expect(await exchange(secret)).toBe('accounts.api-key-revoked');
      expect(await exchange(forged)).toBe('accounts.credential-invalid');
      const expired = await key({ expiresAt: timestampFromDate(new Date(Date.now() - 1_000)) });
      expect(await exchange(expired.secret)).toBe('accounts.api-key-expired');
    });

    it('is revoked once, and told', async () => {
      const apiKeyId = (await key()).apiKey?.apiKeyId ?? '';
      const first = await access().revokeApiKey({ apiKeyId });
      expect((await access().revokeApiKey({ apiKeyId })).apiKey?.revokedAt).toEqual(first.apiKey?.revokedAt);
      expect(await accounts.facts(apiKeyId)).toMatchObject([{ payload: { subject: apiKeyId, tenantId } }]);
      expect(await code(access().revokeApiKey({ apiKeyId: uuidv7() }))).toBe('accounts.api-key-unknown');
    });

    it('has no scope that its maker’s roles do not cover, and no made-up one', async () => {
      expect(await code(key({ scopes: ['everything'] }))).toBe('accounts.field-invalid');
      expect(await code(key({ scopes: [] }))).toBe('accounts.field-invalid');
      expect(await code(access(['operator']).createApiKey({ name: 'X', scopes: ['audit:read'] }))).toBe('grpc.role-missing');
    });

    it('is kept as a hash alone', async () => {
      const { secret } = await key();
      const { rows } = await accounts.admin.query<{ text: string }>(
        `SELECT (SELECT string_agg(k::text, '') FROM accounts.api_key k) || (SELECT string_agg(o::text, '') FROM accounts.outbox o) AS text`,
      );
      expect(rows[0]?.text).not.toContain(secret.slice(14));
      expect(JSON.stringify(accounts.telemetry.lines)).not.toContain(secret.slice(14));
    });
  });

  describe('a guest link', () => {
    const resource = `session:${uuidv7()}`;

    it('shows one thing for a while', async () => {
      const { secret, guestLink } = await access(['support']).createGuestLink({ resource, validHours: 1 });
      const { token, caller } = await gateway().exchangeGuestLink({ secret });
      expect(caller).toMatchObject({ kind: CallerKind.GUEST, roles: ['guest'], resource, subject: guestLink?.guestLinkId });
      expect(decodeJwt(token?.token ?? '')).toMatchObject({ kind: 'guest', roles: ['guest'], resource, act: { sub: 'api-gateway' } });
      await access(['support']).revokeGuestLink({ guestLinkId: guestLink?.guestLinkId ?? '' });
      expect(await code(gateway().exchangeGuestLink({ secret }))).toBe('accounts.guest-link-revoked');
      expect(await code(gateway().exchangeGuestLink({ secret: `${secret}x` }))).toBe('accounts.credential-invalid');
    });

    it('is for a session, and for a week at most', async () => {
      expect(await code(access().createGuestLink({ resource: 'session:all' }))).toBe('accounts.field-invalid');
      expect(await code(access().createGuestLink({ resource: `station:${uuidv7()}` }))).toBe('accounts.field-invalid');
      expect(await code(access().createGuestLink({ resource, validHours: 169 }))).toBe('accounts.field-invalid');
    });

    it('expires', async () => {
      const { secret, guestLink } = await access().createGuestLink({ resource });
      await accounts.admin.query(`UPDATE accounts.guest_link SET expires_at = now() WHERE guest_link_id = $1`, [guestLink?.guestLinkId]);
      expect(await code(gateway().exchangeGuestLink({ secret }))).toBe('accounts.guest-link-expired');
    });
  });

  it('ends while the tenant is suspended', async () => {
    const { secret } = await key();
    const admin = accounts.as(['platform-admin']);
    await admin.setTenantStatus({ tenantId, status: TenantStatus.SUSPENDED });
    expect(await code(gateway().exchangeApiKey({ apiKey: secret }))).toBe('accounts.tenant-suspended');
    await admin.setTenantStatus({ tenantId, status: TenantStatus.ACTIVE });
    expect(await code(gateway().exchangeApiKey({ apiKey: secret }))).toBe('answered');
  });

  it('without a realm nobody logs in', async () => {
    expect(await code(gateway().exchangeAccessToken({ accessToken: 'x' }))).toBe('accounts.identity-provider-unavailable');
  });
});
