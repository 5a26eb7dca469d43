import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AccessService,
  AccountsService,
  AuditService,
  BrandService,
  DriverStatus,
  OrganisationKind,
  OrganisationStatus,
  PeopleService,
  UserStatus,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { API_SCOPES, ROLES, TokenIssuer, type Caller } from '@ampline/platform-grpc';
import { LEASE_SQL } from '@ampline/platform-lease';
import { INBOX_SQL, OUTBOX_SQL } from '@ampline/platform-outbox';
import { derivedPassword } from '@ampline/platform-runner';
import { rlsReport, roleReport, schemaDrift } from '@ampline/platform-postgres';
import type { DescMethod } from '@bufbuild/protobuf';
import { readFileSync } from 'node:fs';
import { Client as Postgres } from 'pg';
import { accessBinding, accountsBinding, auditBinding, brandBinding, peopleBinding } from '../src/access.js';
import { dmmf } from '../src/generated/dmmf.js';
import { code } from './outcome.js';
import { LOOK, RunningAccounts, SECRET } from './running-accounts.js';

const BINDINGS = [accountsBinding, peopleBinding, accessBinding, brandBinding, auditBinding];

describe('tenants apart', () => {
  let accounts: RunningAccounts;
  let mine: string;
  let foreign: string;
  let foreignGroup: string;

  beforeAll(async () => {
    accounts = await RunningAccounts.start();
    mine = (await accounts.tenant('meins')).tenantId;
    foreign = (await accounts.tenant('fremd')).tenantId;
    const there = accounts.as(['operator'], foreign);
    foreignGroup = (await there.createTokenGroup({ name: 'Theirs', groupToken: 'THEIRS' })).group?.groupId ?? '';
    await there.putIdToken({ idToken: 'SECRET-CARD', groupId: foreignGroup });
  });

  afterAll(async () => {
    await accounts.stop();
  });

  const outcome = async (call: Promise<unknown>): Promise<string> => {
    try {
      return JSON.stringify(await call, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    } catch (error) {
      if (AppError.is(error)) return error.code;
      throw error;
    }
  };

  it('no method shows or changes what is another tenant’s', async () => {
    const client = accounts.as(['tenant-admin'], mine);
    const idToken = 'SECRET-CARD';
    const outcomes = {
      listTokenGroups: await outcome(client.listTokenGroups({})),
      updateTokenGroup: await outcome(client.updateTokenGroup({ groupId: foreignGroup, name: 'Mine now', groupToken: 'MINE' })),
      joinTheirGroup: await outcome(client.putIdToken({ idToken: 'MY-CARD', groupId: foreignGroup })),
      getIdToken: await outcome(client.getIdToken({ idToken })),
      listIdTokens: await outcome(client.listIdTokens({})),
      blockIdToken: await outcome(client.blockIdToken({ idToken })),
      unblockIdToken: await outcome(client.unblockIdToken({ idToken })),
    };
    expect(outcomes).toMatchObject({
      updateTokenGroup: 'accounts.group-unknown',
      joinTheirGroup: 'accounts.group-unknown',
      getIdToken: 'accounts.id-token-unknown',
      blockIdToken: 'accounts.id-token-unknown',
      unblockIdToken: 'accounts.id-token-unknown',
    });
    expect(outcomes.listTokenGroups).not.toContain(foreignGroup);
    expect(outcomes.listIdTokens).not.toContain('SECRET-CARD');
    const own = await client.putIdToken({ idToken });
    const theirs = await accounts.as(['operator'], foreign).getIdToken({ idToken });
    expect(own.idToken?.idTokenId).not.toBe(theirs.idToken?.idTokenId);
    expect(theirs.idToken).toMatchObject({ tenantId: foreign, version: 1n });
  });

  it('no method of any API shows or changes what is another tenant’s, however well its ids are guessed', async () => {
    const theirs = await accounts.furnish(foreign, 'fremd');
    const before = await accounts.rowsOf(foreign);
    const caller: Caller = { subject: 'someone', roles: ['tenant-admin', 'operator', 'support'], tenantId: mine };
    const [people, access, brands, audit, tokens] = [
      accounts.client(PeopleService, caller),
      accounts.client(AccessService, caller),
      accounts.client(BrandService, caller),
      accounts.client(AuditService, caller),
      accounts.client(AccountsService, caller),
    ];
    const { organisationId, driverId, userId, brandId, apiKeyId, guestLinkId } = theirs;
    const [name, roles, locale, look] = ['N', ['operator'], 'en', { ...LOOK, name: 'N' }];
    const calls: Record<string, () => Promise<unknown>> = {
      createTokenGroup: () => tokens.createTokenGroup({ name, groupToken: 'G' }),
      updateTokenGroup: () => tokens.updateTokenGroup({ groupId: foreignGroup, name, groupToken: 'G2' }),
      listTokenGroups: () => tokens.listTokenGroups({}),
      putIdToken: () => tokens.putIdToken({ idToken: 'A', driverId }),
      blockIdToken: () => tokens.blockIdToken({ idToken: theirs.idToken }),
      unblockIdToken: () => tokens.unblockIdToken({ idToken: theirs.idToken }),
      removeIdToken: () => tokens.removeIdToken({ idToken: theirs.idToken }),
      getIdToken: () => tokens.getIdToken({ idToken: theirs.idToken }),
      listIdTokens: () => tokens.listIdTokens({ organisationId }),
      createOrganisation: () => people.createOrganisation({ name, kind: OrganisationKind.FLEET, externalReference: theirs.reference }),
      updateOrganisation: () =>
        people.updateOrganisation({ organisationId, name, kind: OrganisationKind.FLEET, status: OrganisationStatus.CLOSED }),
      listOrganisations: () => people.listOrganisations({ organisationIds: [organisationId] }),
      inviteUser: () => people.inviteUser({ email: 'n@example.com', name, roles, locale, organisationId }),
      renewInvitation: () => people.renewInvitation({ userId }),
      updateUser: () => people.updateUser({ userId, name, roles, locale }),
      setUserStatus: () => people.setUserStatus({ userId, status: UserStatus.DISABLED }),
      deleteUser: () => people.deleteUser({ userId }),
      getUser: () => people.getUser({ userId }),
      batchGetUsers: () => people.batchGetUsers({ userIds: [userId] }),
      listUsers: () => people.listUsers({ organisationId }),
      createDriver: () => people.createDriver({ name, organisationId }),
      updateDriver: () => people.updateDriver({ driverId, name, status: DriverStatus.CLOSED }),
      listDrivers: () => people.listDrivers({ organisationId }),
      batchGetDrivers: () => people.batchGetDrivers({ driverIds: [driverId] }),
      giveConsent: () =>
        accounts.client(PeopleService, { ...caller, subject: userId }).giveConsent({ purpose: 'terms', documentVersion: '2' }),
      withdrawConsent: () => accounts.client(PeopleService, { ...caller, subject: userId }).withdrawConsent({ purpose: 'terms' }),
      listConsents: () => people.listConsents({ userId }),
      createApiKey: () => access.createApiKey({ name, scopes: ['people:read'] }),
      listApiKeys: () => access.listApiKeys({}),
      revokeApiKey: () => access.revokeApiKey({ apiKeyId }),
      createGuestLink: () => access.createGuestLink({ resource: `session:${mine}` }),
      listGuestLinks: () => access.listGuestLinks({}),
      revokeGuestLink: () => access.revokeGuestLink({ guestLinkId }),
      createBrand: () => brands.createBrand({ slug: 'neu', look: { ...look, hosts: [theirs.host] } }),
      updateBrand: () => brands.updateBrand({ brandId, look }),
      listBrands: () => brands.listBrands({}),
      setBrandLogo: () => brands.setBrandLogo({ brandId }),
      listFeatureFlags: () => brands.listFeatureFlags({}),
      setFeatureFlag: () => brands.setFeatureFlag({ key: 'driver.guest-links', percentage: 3 }),
      evaluateFeatures: () => brands.evaluateFeatures({}),
      searchAudit: () => audit.searchAudit({ entityId: driverId }),
    };
    const ofTenants = BINDINGS.flatMap(({ access: rules }) => Object.keys(rules).filter((method) => rules[method]?.scope === 'tenant'));
    expect(Object.keys(calls).sort()).toEqual(ofTenants.sort());
    for (const [method, call] of Object.entries(calls)) {
      const answer = await outcome(call());
      // The same reference is free in each tenant: it comes back as it was sent.
      if (method === 'createOrganisation') continue;
      for (const word of [...Object.values(theirs), foreign]) expect([method, answer]).toEqual([method, expect.not.stringContaining(word)]);
    }
    expect(await accounts.rowsOf(foreign)).toEqual(before);
  });

  it('a caller cannot name another tenant than its own', async () => {
    const client = accounts.as(['operator'], mine);
    expect(await outcome(client.listIdTokens({}, { tenantId: foreign }))).toBe('grpc.tenant-foreign');
  });

  it('a tenant that does not exist has nothing', async () => {
    const admin = accounts.as(['platform-admin']);
    const nowhere = { tenantId: '0190a000-0000-7000-8000-000000000001' };
    expect(await outcome(admin.putIdToken({ idToken: 'X' }, nowhere))).toBe('accounts.tenant-unknown');
    expect((await admin.listIdTokens({}, nowhere)).idTokens).toEqual([]);
  });

  const METHODS = BINDINGS.flatMap(({ service, access }) => service.methods.map((method) => ({ method, rule: access[method.localName] })));

  /** What a method answers to an empty request. */
  async function asked(token: () => Promise<string> | string, { localName, parent, methodKind }: DescMethod): Promise<string> {
    const call = accounts.withToken(parent, token)[localName] as unknown as (request: object) => unknown;
    const answer = call({});
    return code(methodKind === 'unary' ? (answer as Promise<unknown>) : drained(answer as AsyncIterable<unknown>));
  }

  it.each(ROLES)('%s may call what the rules say and no more', async (role) => {
    const caller: Caller = { subject: 'someone', roles: [role], tenantId: mine };
    const token = await new TokenIssuer(SECRET).issue(caller);
    for (const { method, rule } of METHODS) {
      const refused = (await asked(() => token, method)) === 'grpc.role-missing';
      expect([method.name, refused]).toEqual([method.name, !rule?.roles.includes(role)]);
    }
  });

  it.each(API_SCOPES)('a key with %s may call what the rules say and no more', async (scope) => {
    const caller: Caller = { subject: 'key', kind: 'api-key', roles: ['platform-admin'], scopes: [scope], tenantId: mine };
    const token = await new TokenIssuer(SECRET).issue(caller);
    for (const { method, rule } of METHODS) {
      const refused = (await asked(() => token, method)) === 'grpc.role-missing';
      expect([method.name, refused]).toEqual([method.name, rule?.apiScope !== scope]);
    }
  });

  it('a token that is forged, expired or unsigned opens nothing', async () => {
    const caller: Caller = { subject: 'someone', roles: ['platform-admin', 'service'], tenantId: mine };
    const good = await new TokenIssuer(SECRET).issue(caller);
    const [, payload = ''] = good.split('.');
    const tokens = [
      await new TokenIssuer('another-secret-of-at-least-32-characters').issue(caller),
      await new TokenIssuer(SECRET).issue(caller, -1),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
      `${good.slice(0, -4)}AAAA`,
      'nonsense',
    ];
    for (const { method } of METHODS) for (const token of tokens) expect(await asked(() => token, method)).toBe('grpc.token-invalid');
  });

  it('the database keeps tenants apart by itself', async () => {
    expect(await rlsReport(accounts.database.adminUrl, ['accounts'])).toEqual([]);
    for (const role of ['accounts_app', 'accounts_worker']) {
      const url = accounts.database.urlFor(role, derivedPassword(SECRET, `postgres:${role}`));
      expect(await roleReport(url)).toEqual([]);
    }
  });

  it('the role of requests sees no row without a tenant, and of every table those of its tenant alone', async () => {
    const database = new Postgres({
      connectionString: accounts.database.urlFor('accounts_app', derivedPassword(SECRET, 'postgres:accounts_app')),
    });
    await database.connect();
    try {
      const filled = await accounts.filledTables(foreign);
      expect(filled).toEqual(
        expect.arrayContaining(['app_user', 'invitation', 'api_key', 'guest_link', 'driver', 'organisation', 'brand_host']),
      );
      for (const table of filled) {
        expect([table, (await database.query(`SELECT 1 FROM accounts.${table}`)).rowCount]).toEqual([table, 0]);
        await database.query('BEGIN');
        await database.query(`SELECT set_config('ampline.tenant', $1, true)`, [mine]);
        const seen = await database.query(`SELECT 1 FROM accounts.${table} WHERE tenant_id <> $1`, [mine]);
        expect([table, seen.rowCount]).toEqual([table, 0]);
        await database.query('ROLLBACK');
      }
    } finally {
      await database.end();
    }
  });

  it('logs tell no id token', () => {
    expect(accounts.telemetry.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(accounts.telemetry.lines)).not.toMatch(/SECRET-CARD|MY-CARD/);
  });
});

async function drained(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) continue;
}

describe('the schema', () => {
  it('is what schema.prisma says, and carries the platform’s tables as they are', async () => {
    const accounts = await RunningAccounts.start();
    try {
      const platform = ['lease', 'outbox', 'outbox_stream_state', 'inbox', 'parked_fact'];
      const plainSql = [
        ...['organisation', 'driver', 'app_user', 'invitation', 'provider_task', 'consent', 'consent_withdrawal'],
        ...['api_key', 'guest_link', 'brand', 'brand_host', 'brand_logo', 'feature_flag', 'audit_entry'],
      ];
      const ignoreTables = [...platform, ...plainSql];
      expect(await schemaDrift(accounts.admin, 'accounts', dmmf, { ignoreTables })).toEqual([]);
      const migration = readFileSync(new URL('../migrations/0001_init.sql', import.meta.url), 'utf8');
      expect(migration).toContain(OUTBOX_SQL);
      expect(migration).toContain(LEASE_SQL);
      expect(readFileSync(new URL('../migrations/0002_people.sql', import.meta.url), 'utf8')).toContain(INBOX_SQL);
    } finally {
      await accounts.stop();
    }
  });
});
