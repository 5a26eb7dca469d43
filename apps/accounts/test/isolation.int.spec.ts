import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountsService } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Role } from '@ampline/platform-grpc';
import { LEASE_SQL } from '@ampline/platform-lease';
import { INBOX_SQL, OUTBOX_SQL } from '@ampline/platform-outbox';
import { derivedPassword } from '@ampline/platform-runner';
import { rlsReport, roleReport, schemaDrift } from '@ampline/platform-postgres';
import { readFileSync } from 'node:fs';
import { accountsBinding } from '../src/access.js';
import { dmmf } from '../src/generated/dmmf.js';
import { RunningAccounts, SECRET } from './running-accounts.js';

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

  it.each<[string, Role[], string[]]>([
    ['a driver', ['driver'], ['blockIdToken', 'getIdToken', 'listIdTokens']],
    ['support', ['support'], ['getIdToken', 'listIdTokens', 'listTokenGroups']],
    ['another service', ['service'], ['exportIdTokens', 'exportTenants', 'getIdToken', 'listIdTokens', 'listTokenGroups']],
  ])('%s may call what the rules say and no more', (_, roles, allowed) => {
    const open = AccountsService.methods
      .map((method) => method.localName)
      .filter((name) => accountsBinding.access[name]?.roles.some((role) => roles.includes(role)));
    expect(open.sort()).toEqual(allowed);
  });

  it('the database keeps tenants apart by itself', async () => {
    expect(await rlsReport(accounts.database.adminUrl, ['accounts'])).toEqual([]);
    for (const role of ['accounts_app', 'accounts_worker']) {
      const url = accounts.database.urlFor(role, derivedPassword(SECRET, `postgres:${role}`));
      expect(await roleReport(url)).toEqual([]);
    }
  });

  it('logs tell no id token', () => {
    expect(accounts.telemetry.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(accounts.telemetry.lines)).not.toMatch(/SECRET-CARD|MY-CARD/);
  });
});

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
