import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PeopleService, UserStatus } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Caller, Role } from '@ampline/platform-grpc';
import { eventually } from '@ampline/platform-testing';
import { KeycloakStandIn } from './keycloak-stand-in.js';
import { code } from './outcome.js';
import { RunningAccounts } from './running-accounts.js';

describe('users', () => {
  let keycloak: KeycloakStandIn;
  let accounts: RunningAccounts;
  let tenantId: string;
  let tenants = 0;

  beforeAll(async () => {
    keycloak = await KeycloakStandIn.start();
    accounts = await RunningAccounts.start({
      AMPLINE_KEYCLOAK_URL: keycloak.url,
      ACCOUNTS_IDENTITY_TIMEOUT_MS: '300',
      ACCOUNTS_IDENTITY_RETRY_MS: '100',
    });
  });

  beforeEach(async () => {
    tenants += 1;
    tenantId = (await accounts.tenant(`firma-${tenants}`)).tenantId;
  });

  afterAll(async () => {
    await accounts.stop();
    await keycloak.stop();
  });

  const people = (roles: Role[] = ['tenant-admin'], more: Partial<Caller> = {}) =>
    accounts.client(PeopleService, { subject: 'someone', roles, tenantId, ...more });
  const invite = (email: string, roles: string[] = ['operator'], client = people()) =>
    client.inviteUser({ email, name: 'Some One', roles, locale: 'en' });
  const settled = () => eventually(async () => (await accounts.admin.query('SELECT 1 FROM accounts.provider_task')).rowCount === 0);

  it('have an e-mail address that nobody else of the tenant has', async () => {
    await invite('eins@firma.example');
    expect(await code(invite('EINS@Firma.example'))).toBe('accounts.email-taken');
    expect(await code(invite('no address'))).toBe('accounts.field-invalid');
    const codes = await Promise.all(Array.from({ length: 6 }, () => code(invite('zugleich@firma.example'))));
    expect(codes.filter((one) => one === 'answered')).toHaveLength(1);
  });

  it('speak the language of their brand until somebody says another, and keep it when a change names none', async () => {
    const { user } = await people().inviteUser({ email: 'sprache@firma.example', name: 'Some One', roles: ['operator'] });
    expect(user?.locale).toBe('en');
    const userId = user?.userId ?? '';
    const change = (locale?: string) =>
      people().updateUser({ userId, name: 'Some One', roles: ['operator'], ...(locale !== undefined && { locale }) });
    expect((await change('de')).user).toMatchObject({ locale: 'de', version: 2n });
    expect((await change()).user).toMatchObject({ locale: 'de', version: 2n });
    expect(await code(change('fr'))).toBe('accounts.field-invalid');
  });

  it.each<[string, Role[], Partial<Caller>, string, string]>([
    ['a tenant admin', ['tenant-admin'], {}, 'tenant-admin', 'answered'],
    ['a tenant admin', ['tenant-admin'], {}, 'platform-admin', 'accounts.role-above-own'],
    ['a tenant admin', ['tenant-admin'], {}, 'service', 'accounts.field-invalid'],
    ['a platform admin', ['platform-admin'], {}, 'platform-admin', 'answered'],
    ['a platform admin', ['platform-admin'], {}, 'guest', 'accounts.field-invalid'],
    ['an API key', [], { kind: 'api-key', scopes: ['people:write'] }, 'operator', 'answered'],
    ['an API key', [], { kind: 'api-key', scopes: ['people:write'] }, 'tenant-admin', 'accounts.role-above-own'],
  ])('%s (%j, %j) gives %s: %s', async (_, roles, more, given, expected) => {
    expect(await code(invite('rolle@firma.example', [given], people(roles, more)))).toBe(expected);
  });

  it('above the caller are out of its hands', async () => {
    const { user } = await invite('chef@firma.example', ['platform-admin'], people(['platform-admin']));
    const userId = user?.userId ?? '';
    expect(await code(people().setUserStatus({ userId, status: UserStatus.DISABLED }))).toBe('accounts.role-above-own');
    expect(await code(people().deleteUser({ userId }))).toBe('accounts.role-above-own');
    expect(await code(people().renewInvitation({ userId }))).toBe('accounts.role-above-own');
    const update = people().updateUser({ userId, name: 'X', roles: ['operator'], locale: 'en' });
    expect(await code(update)).toBe('accounts.role-above-own');
  });

  it('change here and at the identity provider', async () => {
    const user = await accounts.user(tenantId, 'wechsel@firma.example', ['operator']);
    const { userId } = user;
    const wanted = { userId, name: 'New Name', roles: ['support', 'analyst'], locale: 'de' };
    const changed = (await people().updateUser(wanted)).user;
    expect(changed).toMatchObject({ name: 'New Name', roles: ['support', 'analyst'], version: user.version + 1n });
    expect((await people().updateUser(wanted)).user).toMatchObject({ version: user.version + 1n });
    expect(keycloak.users.get(user.identitySubject)).toMatchObject({ firstName: 'New', lastName: 'Name', roles: ['support', 'analyst'] });
  });

  it('are told to a provider that was away, as they are in the end', async () => {
    const user = await accounts.user(tenantId, 'spaeter@firma.example', ['operator']);
    const { userId, identitySubject } = user;
    keycloak.next(/^PUT \/users\//, 'error');
    await people().setUserStatus({ userId, status: UserStatus.DISABLED });
    expect(keycloak.users.get(identitySubject)?.enabled).toBe(true);
    await people().setUserStatus({ userId, status: UserStatus.ACTIVE });
    await people().setUserStatus({ userId, status: UserStatus.DISABLED });
    await settled();
    expect(keycloak.users.get(identitySubject)?.enabled).toBe(false);
  });

  it('are forgotten when deleted, here and there, and their e-mail address is free', async () => {
    const user = await accounts.user(tenantId, 'vergessen@firma.example', ['operator']);
    const { userId, identitySubject } = user;
    keycloak.next(/^DELETE \/users\//, 'error');
    const deleted = (await people().deleteUser({ userId })).user;
    expect(deleted).toMatchObject({ status: UserStatus.DELETED, email: '', name: '', identitySubject: '' });
    await settled();
    expect(keycloak.users.has(identitySubject)).toBe(false);
    const { rows } = await accounts.admin.query('SELECT email, name, identity_subject FROM accounts.app_user WHERE user_id = $1', [userId]);
    expect(rows).toEqual([{ email: null, name: null, identity_subject: null }]);
    expect(await code(people().deleteUser({ userId }))).toBe('accounts.user-unknown');
    expect((await people().listUsers({})).users).toEqual([]);
    expect((await people().batchGetUsers({ userIds: [userId, uuidv7()] })).users).toHaveLength(1);
    const log = await eventually(async () => {
      const { rows: found } = await accounts.admin.query<{ action: string; told: string }>(
        `SELECT action, entity_name || detail AS told FROM accounts.audit_entry WHERE entity_id = $1`,
        [userId],
      );
      return found.some(({ action }) => action === 'user.deleted') && found;
    });
    expect(log.filter(({ told }) => told.includes('vergessen'))).toEqual([]);
    expect(await code(invite('vergessen@firma.example'))).toBe('answered');
  });

  it('who are invited can be disabled: the invitation does not hold until they are enabled again', async () => {
    const { user, invitation } = await invite('pause@firma.example');
    const userId = user?.userId ?? '';
    await people().setUserStatus({ userId, status: UserStatus.DISABLED });
    const gateway = accounts.client(PeopleService, { subject: 'api-gateway', roles: ['service'] });
    const accept = () => gateway.acceptInvitation({ secret: invitation?.secret ?? '', name: 'P', password: 'long-enough-password' });
    expect(await code(accept())).toBe('accounts.user-disabled');
    expect((await people().setUserStatus({ userId, status: UserStatus.ACTIVE })).user).toMatchObject({ status: UserStatus.INVITED });
    expect(await code(accept())).toBe('answered');
    expect(await code(people().setUserStatus({ userId, status: UserStatus.DELETED }))).toBe('accounts.field-invalid');
  });

  it('of a tenant are never without an active tenant admin, also when two leave at once', async () => {
    const one = await accounts.user(tenantId, 'a1@firma.example', ['tenant-admin', 'operator']);
    const demote = (userId: string) => people().updateUser({ userId, name: 'N', roles: ['operator'], locale: 'en' });
    expect(await code(people().setUserStatus({ userId: one.userId, status: UserStatus.DISABLED }))).toBe('accounts.last-tenant-admin');
    expect(await code(people().deleteUser({ userId: one.userId }))).toBe('accounts.last-tenant-admin');
    expect(await code(demote(one.userId))).toBe('accounts.last-tenant-admin');
    await invite('a3@firma.example', ['tenant-admin']);
    expect(await code(demote(one.userId))).toBe('accounts.last-tenant-admin');
    const two = await accounts.user(tenantId, 'a2@firma.example', ['tenant-admin']);
    const codes = await Promise.all([code(demote(one.userId)), code(people().deleteUser({ userId: two.userId }))]);
    expect(codes.sort()).toEqual(['accounts.last-tenant-admin', 'answered']);
  });

  it('who are no staff see themselves and nobody else', async () => {
    const me = await accounts.user(tenantId, 'ich@firma.example', ['driver']);
    const other = await accounts.user(tenantId, 'du@firma.example', ['driver']);
    const client = people(['driver'], { subject: me.userId });
    expect((await client.getUser({ userId: me.userId })).user).toMatchObject({ email: 'ich@firma.example' });
    expect(await code(client.getUser({ userId: other.userId }))).toBe('accounts.user-unknown');
    expect(await code(client.listUsers({}))).toBe('grpc.role-missing');
  });

  it('are listed by what they are, page by page', async () => {
    await invite('b1@firma.example', ['operator']);
    await invite('b2@firma.example', ['support', 'operator']);
    await invite('b3@firma.example', ['driver']);
    const emails = async (request: object) => (await people(['support']).listUsers(request)).users.map((user) => user.email.slice(0, 2));
    expect(await emails({ role: 'operator' })).toEqual(['b1', 'b2']);
    expect(await emails({ search: 'B3@' })).toEqual(['b3']);
    expect(await emails({ status: UserStatus.ACTIVE })).toEqual([]);
    const { page } = await people().listUsers({ page: { limit: 2 } });
    expect(await emails({ page: { limit: 2, cursor: page?.nextCursor } })).toEqual(['b3']);
  });

  describe('consents', () => {
    it('are given and withdrawn by oneself, and stay', async () => {
      const user = await accounts.user(tenantId, 'zustimmung@firma.example', ['driver']);
      const self = people(['driver'], { subject: user.userId });
      const first = (await self.giveConsent({ purpose: 'terms', documentVersion: '1' })).consent;
      expect((await self.giveConsent({ purpose: 'terms', documentVersion: '1' })).consent).toEqual(first);
      await self.giveConsent({ purpose: 'terms', documentVersion: '2' });
      const { consent } = await self.withdrawConsent({ purpose: 'terms' });
      expect(consent).toMatchObject({ documentVersion: '2', withdrawnAt: expect.anything() });
      expect(await code(self.withdrawConsent({ purpose: 'terms' }))).toBe('accounts.consent-unknown');
      await self.giveConsent({ purpose: 'terms', documentVersion: '2' });
      const { consents } = await self.listConsents({});
      expect(consents.map((one) => [one.documentVersion, one.withdrawnAt !== undefined])).toEqual([
        ['1', true],
        ['2', true],
        ['2', false],
      ]);
      expect((await people(['support']).listConsents({ userId: user.userId })).consents).toHaveLength(3);
      expect(await code(people(['driver'], { subject: uuidv7() }).listConsents({ userId: user.userId }))).toBe('accounts.user-unknown');
      expect(await code(people(['operator']).listConsents({ userId: user.userId }))).toBe('accounts.user-unknown');
    });
  });
});
