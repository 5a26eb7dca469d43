import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService, CallerKind, PeopleService, UserStatus } from '@ampline/contracts';
import type { Caller, Role } from '@ampline/platform-grpc';
import { eventually } from '@ampline/platform-testing';
import { decodeJwt } from 'jose';
import { KeycloakStandIn } from './keycloak-stand-in.js';
import { code } from './outcome.js';
import { RunningAccounts } from './running-accounts.js';

const PASSWORD = 'a-good-long-password';

describe('people', () => {
  let keycloak: KeycloakStandIn;
  let accounts: RunningAccounts;
  let tenantId: string;

  beforeAll(async () => {
    keycloak = await KeycloakStandIn.start();
    accounts = await RunningAccounts.start({
      AMPLINE_KEYCLOAK_URL: keycloak.url,
      ACCOUNTS_IDENTITY_TIMEOUT_MS: '300',
      ACCOUNTS_IDENTITY_RETRY_MS: '100',
    });
    tenantId = (await accounts.tenant('leute')).tenantId;
  });

  afterAll(async () => {
    await accounts.stop();
    await keycloak.stop();
  });

  const people = (roles: Role[], more: Partial<Caller> = {}) =>
    accounts.client(PeopleService, { subject: 'someone', roles, tenantId, ...more });
  const gateway = () => accounts.client(PeopleService, { subject: 'api-gateway', roles: ['service'] });
  const access = (subject = 'api-gateway') => accounts.client(AccessService, { subject, roles: ['service'] });
  const invite = async (email: string, roles: Role[] = ['operator']) => {
    const { user, invitation } = await people(['tenant-admin']).inviteUser({ email, name: 'Ada Lovelace', roles, locale: 'de' });
    return { userId: user?.userId ?? '', secret: invitation?.secret ?? '' };
  };
  const accept = (secret: string) => gateway().acceptInvitation({ secret, name: 'Ada Lovelace', password: PASSWORD });
  const tokenOf = (subject: string, more: object = {}) => keycloak.accessToken({ sub: subject, tenant: 'leute', ...more });

  describe('an invitation', () => {
    it('makes a user who can log in, and holds once', async () => {
      const { userId, secret } = await invite('Ada@Leute.Example', ['operator', 'support']);
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(await gateway().getInvitation({ secret })).toMatchObject({
        email: 'ada@leute.example',
        tenantName: 'Tenant leute',
        locale: 'de',
      });
      expect(await accept(secret)).toMatchObject({ username: 'leute/ada@leute.example', email: 'ada@leute.example' });
      const there = keycloak.named('leute/ada@leute.example');
      expect(there).toMatchObject({
        firstName: 'Ada',
        lastName: 'Lovelace',
        enabled: true,
        attributes: { tenant: ['leute'], locale: ['de'] },
        password: PASSWORD,
        roles: ['operator', 'support'],
      });
      const { user } = await people(['support']).getUser({ userId });
      expect(user).toMatchObject({ status: UserStatus.ACTIVE, identitySubject: there?.id, version: 2n });
      expect(await code(accept(secret))).toBe('accounts.invitation-used');
      expect((await accounts.facts(userId)).map((fact) => fact.payload['status'])).toEqual(['USER_STATUS_INVITED', 'USER_STATUS_ACTIVE']);
    });

    it('is kept as a hash alone, and its secret is in no log', async () => {
      const { secret } = await invite('hash@leute.example');
      await accept(secret);
      const { rows } = await accounts.admin.query<{ text: string }>(
        `SELECT (SELECT string_agg(i::text, '') FROM accounts.invitation i) || (SELECT string_agg(o::text, '') FROM accounts.outbox o) AS text`,
      );
      for (const hidden of [secret, PASSWORD]) {
        expect(rows[0]?.text).not.toContain(hidden);
        expect(JSON.stringify(accounts.telemetry.lines)).not.toContain(hidden);
      }
    });

    it('is renewed, and the one before is void', async () => {
      const { userId, secret } = await invite('neu@leute.example');
      const { invitation } = await people(['tenant-admin']).renewInvitation({ userId });
      expect(await code(accept(secret))).toBe('accounts.invitation-unknown');
      expect(await code(accept(invitation?.secret ?? ''))).toBe('answered');
      expect(await code(people(['tenant-admin']).renewInvitation({ userId }))).toBe('accounts.user-not-invited');
    });

    it('expires', async () => {
      const { userId, secret } = await invite('alt@leute.example');
      await accounts.admin.query(`UPDATE accounts.invitation SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [userId]);
      expect(await code(accept(secret))).toBe('accounts.invitation-expired');
      expect(await code(gateway().getInvitation({ secret: 'x' }))).toBe('accounts.invitation-unknown');
    });

    it.each<['error' | 'silence' | 'garbage' | 'after', RegExp]>([
      ['error', /^POST \/users$/],
      ['silence', /^POST \/users$/],
      ['after', /^POST \/users$/],
      ['garbage', /role-mappings/],
      ['error', /^GET \/roles$/],
      ['after', /reset-password$/],
    ])('goes on after the provider failed (%s at %s)', async (how, match) => {
      const email = `${how}-${match.source.replace(/\W/g, '').toLowerCase()}@leute.example`;
      const { userId, secret } = await invite(email);
      keycloak.next(match, how);
      expect(await code(accept(secret))).toBe('accounts.identity-provider-unavailable');
      expect((await people(['support']).getUser({ userId })).user).toMatchObject({ status: UserStatus.INVITED });
      expect(await code(accept(secret))).toBe('answered');
      expect(keycloak.named(`leute/${email}`)).toMatchObject({ password: PASSWORD, roles: ['operator'], enabled: true });
    });

    it('asks once more when the token was refused', async () => {
      const { secret } = await invite('token@leute.example');
      keycloak.next(/^POST \/users$/, 'unauthorised');
      expect(await code(accept(secret))).toBe('answered');
    });

    it('that is overtaken leaves nobody at the provider who can log in', async () => {
      const deleted = await invite('geloescht@leute.example');
      keycloak.next(/reset-password$/, () => people(['tenant-admin']).deleteUser({ userId: deleted.userId }));
      expect(await code(accept(deleted.secret))).toBe('accounts.invitation-unknown');
      expect(keycloak.named('leute/geloescht@leute.example')).toBeUndefined();

      const { userId, secret } = await invite('gesperrt@leute.example');
      const setStatus = (status: UserStatus) => people(['tenant-admin']).setUserStatus({ userId, status });
      keycloak.next(/reset-password$/, () => setStatus(UserStatus.DISABLED));
      expect(await code(accept(secret))).toBe('accounts.user-disabled');
      expect(keycloak.named('leute/gesperrt@leute.example')).toMatchObject({ enabled: false });
      await setStatus(UserStatus.ACTIVE);
      expect(await code(accept(secret))).toBe('answered');
      expect(keycloak.named('leute/gesperrt@leute.example')).toMatchObject({ enabled: true });
    });

    it('tells the person which name and password are not taken', async () => {
      const { secret } = await invite('zeichen@leute.example');
      const attempt = (name: string, password: string) => code(gateway().acceptInvitation({ secret, name, password }));
      expect(await attempt('A <b>', PASSWORD)).toBe('accounts.field-invalid');
      expect(await attempt('A', 'eleven-char')).toBe('accounts.password-too-short');
      expect(await attempt('A', 'password-of-the-list')).toBe('accounts.identity-data-refused');
      expect(await attempt('A', PASSWORD)).toBe('answered');
    });

    it('makes one user when it is accepted twice at once', async () => {
      const { userId, secret } = await invite('doppelt@leute.example');
      const codes = await Promise.all([code(accept(secret)), code(accept(secret))]);
      expect(codes.sort()).toEqual(['accounts.invitation-used', 'answered']);
      expect(keycloak.named('leute/doppelt@leute.example')).toMatchObject({ enabled: true });
      expect((await accounts.facts(userId)).map((fact) => fact.version)).toEqual(['1', '2']);
    });
  });

  describe('an exchange', () => {
    it('gives a person an internal token with what accounts knows, not what the claims say', async () => {
      const user = await accounts.user(tenantId, 'tausch@leute.example', ['support']);
      const accessToken = await tokenOf(user.identitySubject, { realm_access: { roles: ['platform-admin'] } });
      const { token, caller } = await access().exchangeAccessToken({ accessToken });
      expect(caller).toMatchObject({ subject: user.userId, kind: CallerKind.PERSON, roles: ['support'], tenantId, tenantSlug: 'leute' });
      const claims = decodeJwt(token?.token ?? '');
      expect(claims).toMatchObject({ sub: user.userId, kind: 'person', roles: ['support'], tenant: tenantId, act: { sub: 'api-gateway' } });
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
      const asUser = accounts.withToken(PeopleService, () => token?.token ?? '');
      expect((await asUser.getUser({ userId: user.userId })).user).toMatchObject({ email: 'tausch@leute.example' });
    });

    it('lives no longer than what it was exchanged for', async () => {
      const user = await accounts.user(tenantId, 'kurz@leute.example', ['support']);
      const accessToken = await keycloak.accessToken({ sub: user.identitySubject, tenant: 'leute' }, { expiresInS: 30 });
      const { token } = await access().exchangeAccessToken({ accessToken });
      const { exp = 0, iat = 0 } = decodeJwt(token?.token ?? '');
      expect(exp - iat).toBeLessThanOrEqual(30);
    });

    it('refuses another tenant than the user’s, whatever the realm has signed', async () => {
      await accounts.tenant('nachbar');
      const user = await accounts.user(tenantId, 'grenze@leute.example', ['operator']);
      const exchange = async (more: object) =>
        code(access().exchangeAccessToken({ accessToken: await tokenOf(user.identitySubject, more) }));
      expect(await exchange({ tenant: 'nachbar' })).toBe('accounts.tenant-claim-mismatch');
      expect(await exchange({ tenant: undefined })).toBe('accounts.tenant-claim-mismatch');
      expect(await exchange({ aud: 'ampline-services' })).toBe('grpc.token-invalid');
      expect(await exchange({ typ: 'ID' })).toBe('grpc.token-invalid');
      expect(await exchange({ iss: 'https://elsewhere.example/realms/ampline' })).toBe('grpc.token-invalid');
      expect(await exchange({ exp: 1 })).toBe('grpc.token-invalid');
      expect(await exchange({ sub: 'nobody' })).toBe('accounts.user-unregistered');
    });

    it('is for the api-gateway alone', async () => {
      const accessToken = await tokenOf('anybody');
      expect(await code(access('ocpp-csms').exchangeAccessToken({ accessToken }))).toBe('accounts.exchanger-foreign');
    });

    it('refuses a disabled user at once, also while the provider is away', async () => {
      const user = await accounts.user(tenantId, 'weg@leute.example', ['operator']);
      const accessToken = await tokenOf(user.identitySubject);
      expect(await code(access().exchangeAccessToken({ accessToken }))).toBe('answered');
      keycloak.next(/^PUT \/users\//, 'silence');
      await people(['tenant-admin']).setUserStatus({ userId: user.userId, status: UserStatus.DISABLED });
      expect(await code(access().exchangeAccessToken({ accessToken }))).toBe('accounts.user-disabled');
      await eventually(async () => (await accounts.admin.query('SELECT 1 FROM accounts.provider_task')).rowCount === 0);
      expect(keycloak.users.get(user.identitySubject)).toMatchObject({ enabled: false, loggedOut: 1 });
    });
  });
});
