import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdTokenStatus, IdTokenType, TenantStatus, type IdTokenState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { code } from './outcome.js';
import { RunningAccounts } from './running-accounts.js';

describe('accounts', () => {
  let accounts: RunningAccounts;

  beforeAll(async () => {
    accounts = await RunningAccounts.start();
  });

  afterAll(async () => {
    await accounts.stop();
  });

  const operator = (tenantId: string) => accounts.as(['operator'], tenantId);
  const put = async (tenantId: string, idToken: string, more: object = {}): Promise<IdTokenState> => {
    const answer = await operator(tenantId).putIdToken({ idToken, ...more });
    return answer.idToken as IdTokenState;
  };

  describe('a tenant', () => {
    it('is told as a fact and published', async () => {
      const tenant = await accounts.tenant('nordwind');
      expect(tenant).toMatchObject({ slug: 'nordwind', status: TenantStatus.ACTIVE, version: 1n });
      const published = await eventually(async () => {
        const facts = await accounts.facts(tenant.tenantId);
        return facts[0]?.published === true && facts;
      });
      expect(published).toMatchObject([
        {
          subject: `fact.accounts.tenant.changed.v1.nordwind.${tenant.tenantId}`,
          tenant_id: tenant.tenantId,
          version: '1',
          payload: { tenantId: tenant.tenantId, slug: 'nordwind', status: 'TENANT_STATUS_ACTIVE', version: '1' },
        },
      ]);
    });

    it('keeps its slug for itself', async () => {
      await accounts.tenant('einmal');
      const admin = accounts.as(['platform-admin']);
      expect(await code(admin.createTenant({ slug: 'einmal', name: 'Other' }))).toBe('accounts.slug-taken');
      expect(await code(admin.createTenant({ slug: 'ocpp', name: 'Reserved' }))).toBe('accounts.slug-invalid');
      expect(await code(admin.createTenant({ slug: 'ok-slug', name: '  ' }))).toBe('accounts.name-invalid');
    });

    it('is created once when many ask at once', async () => {
      const admin = accounts.as(['platform-admin']);
      const codes = await Promise.all(Array.from({ length: 8 }, () => code(admin.createTenant({ slug: 'gleichzeitig', name: 'G' }))));
      expect(codes.filter((c) => c === 'answered')).toHaveLength(1);
      expect(codes.filter((c) => c === 'accounts.slug-taken')).toHaveLength(7);
    });

    it('tells a status once, however often it is set', async () => {
      const { tenantId } = await accounts.tenant('pausiert');
      const admin = accounts.as(['platform-admin']);
      await admin.setTenantStatus({ tenantId, status: TenantStatus.SUSPENDED });
      const again = await admin.setTenantStatus({ tenantId, status: TenantStatus.SUSPENDED });
      expect(again.tenant).toMatchObject({ status: TenantStatus.SUSPENDED, version: 2n });
      expect((await accounts.facts(tenantId)).map((fact) => fact.version)).toEqual(['1', '2']);
      expect(await code(admin.setTenantStatus({ tenantId: uuidv7(), status: TenantStatus.ACTIVE }))).toBe('accounts.tenant-unknown');
      expect(await code(admin.setTenantStatus({ tenantId }))).toBe('accounts.tenant-status-missing');
    });

    it('is listed page by page', async () => {
      const admin = accounts.as(['platform-admin']);
      const slugs: string[] = [];
      for (let cursor = ''; ;) {
        const { tenants, page } = await admin.listTenants({ page: { limit: 2, cursor } });
        slugs.push(...tenants.map((tenant) => tenant.slug));
        cursor = page?.nextCursor ?? '';
        if (cursor === '') break;
      }
      expect(slugs).toEqual(expect.arrayContaining(['nordwind', 'einmal', 'gleichzeitig', 'pausiert']));
      expect(new Set(slugs).size).toBe(slugs.length);
      expect(await code(admin.listTenants({ page: { cursor: 'bm9uc2Vuc2U' } }))).toBe('database.bad-cursor');
    });
  });

  describe('an id token', () => {
    it('is created, changed and told with gap-free versions', async () => {
      const { tenantId, slug } = await accounts.tenant('karten');
      const expiresAt = timestampFromDate(new Date('2027-01-01T00:00:00Z'));
      const created = await put(tenantId, 'Card-1');
      expect(created).toMatchObject({ tenantId, idToken: 'Card-1', type: IdTokenType.ISO14443, status: IdTokenStatus.ACTIVE, version: 1n });
      const changed = await put(tenantId, 'CARD-1', { expiresAt, allowConcurrent: true });
      expect(changed).toMatchObject({ idTokenId: created.idTokenId, idToken: 'CARD-1', allowConcurrent: true, expiresAt, version: 2n });
      const facts = await accounts.facts(created.idTokenId);
      expect(facts.map((fact) => [fact.subject, fact.version])).toEqual([
        [`fact.accounts.id_token.changed.v1.${slug}.${created.idTokenId}`, '1'],
        [`fact.accounts.id_token.changed.v1.${slug}.${created.idTokenId}`, '2'],
      ]);
      expect(facts[1]?.payload).toMatchObject({ idToken: 'CARD-1', expiresAt: '2027-01-01T00:00:00Z', allowConcurrent: true });
    });

    it('that is already as wanted changes nothing and tells nothing', async () => {
      const { tenantId } = await accounts.tenant('gleich');
      const first = await put(tenantId, 'SAME');
      const second = await put(tenantId, 'SAME');
      expect(second).toEqual(first);
      expect(await accounts.facts(first.idTokenId)).toHaveLength(1);
    });

    it('is one row when many replicas put it at once', async () => {
      const { tenantId } = await accounts.tenant('rennen');
      const states = await Promise.all(
        Array.from({ length: 12 }, (_, i) => put(tenantId, i % 2 ? 'race' : 'RACE', { allowConcurrent: i % 3 === 0 })),
      );
      const ids = new Set(states.map((state) => state.idTokenId));
      expect(ids.size).toBe(1);
      const facts = await accounts.facts([...ids][0] ?? '');
      expect(facts.map((fact) => Number(fact.version))).toEqual(facts.map((_, i) => i + 1));
    });

    it('is blocked and unblocked; putting it again does not unblock it', async () => {
      const { tenantId } = await accounts.tenant('gesperrt');
      await put(tenantId, 'BAD');
      const client = operator(tenantId);
      expect((await client.blockIdToken({ idToken: 'bad' })).idToken).toMatchObject({ status: IdTokenStatus.BLOCKED, version: 2n });
      expect((await client.blockIdToken({ idToken: 'bad' })).idToken).toMatchObject({ version: 2n });
      expect(await put(tenantId, 'BAD', { allowConcurrent: true })).toMatchObject({ status: IdTokenStatus.BLOCKED, version: 3n });
      expect((await client.unblockIdToken({ idToken: 'BAD' })).idToken).toMatchObject({ status: IdTokenStatus.ACTIVE, version: 4n });
      expect(await code(client.blockIdToken({ idToken: 'nobody' }))).toBe('accounts.id-token-unknown');
    });

    it.each([
      ['longer than 36', 'x'.repeat(37), 'accounts.id-token-invalid'],
      ['with a line end', 'abc\n', 'accounts.id-token-invalid'],
      ['empty', '', 'accounts.id-token-invalid'],
    ])('%s is refused', async (_, idToken, expected) => {
      const tenant = await accounts.tenant(`ungueltig-${_.length}`);
      expect(await code(operator(tenant.tenantId).putIdToken({ idToken }))).toBe(expected);
    });

    it('is listed by status, page by page', async () => {
      const { tenantId } = await accounts.tenant('liste');
      for (let i = 0; i < 5; i += 1) await put(tenantId, `T${i}`);
      const client = operator(tenantId);
      await client.blockIdToken({ idToken: 'T3' });
      const first = await client.listIdTokens({ page: { limit: 3 } });
      const rest = await client.listIdTokens({ page: { limit: 3, cursor: first.page?.nextCursor ?? '' } });
      expect([...first.idTokens, ...rest.idTokens].map((token) => token.idToken)).toEqual(['T0', 'T1', 'T2', 'T3', 'T4']);
      expect(rest.page?.nextCursor).toBe('');
      const blocked = await client.listIdTokens({ status: IdTokenStatus.BLOCKED });
      expect(blocked.idTokens.map((token) => token.idToken)).toEqual(['T3']);
      expect((await client.getIdToken({ idToken: 't3' })).idToken).toEqual(blocked.idTokens[0]);
    });
  });

  describe('a token group', () => {
    it('changes its members along', async () => {
      const { tenantId } = await accounts.tenant('gruppe');
      const client = operator(tenantId);
      const { group } = await client.createTokenGroup({ name: 'Fleet', groupToken: 'FLEET-1' });
      const groupId = group?.groupId ?? '';
      const member = await put(tenantId, 'M1', { groupId });
      const other = await put(tenantId, 'M2');
      expect(member).toMatchObject({ groupId, groupToken: 'FLEET-1' });
      await client.updateTokenGroup({ groupId, name: 'Fleet North', groupToken: 'FLEET-N' });
      expect((await client.getIdToken({ idToken: 'M1' })).idToken).toMatchObject({ groupToken: 'FLEET-N', version: 2n });
      expect((await accounts.facts(member.idTokenId)).map((fact) => fact.payload['groupToken'])).toEqual(['FLEET-1', 'FLEET-N']);
      expect(await accounts.facts(other.idTokenId)).toHaveLength(1);
      expect((await client.listTokenGroups({})).groups).toEqual([expect.objectContaining({ name: 'Fleet North', groupToken: 'FLEET-N' })]);
    });

    it('has a group token of its own', async () => {
      const { tenantId } = await accounts.tenant('gruppe-2');
      const client = operator(tenantId);
      await client.createTokenGroup({ name: 'A', groupToken: 'GROUP' });
      const b = await client.createTokenGroup({ name: 'B', groupToken: 'OTHER' });
      expect(await code(client.createTokenGroup({ name: 'C', groupToken: 'group' }))).toBe('accounts.group-token-taken');
      const rename = client.updateTokenGroup({ groupId: b.group?.groupId ?? '', name: 'B', groupToken: 'Group' });
      expect(await code(rename)).toBe('accounts.group-token-taken');
      expect(await code(client.createTokenGroup({ name: 'C', groupToken: 'x'.repeat(21) }))).toBe('accounts.group-token-invalid');
    });

    it('leaves no member behind when it changes while members join', async () => {
      const { tenantId } = await accounts.tenant('gruppe-3');
      const client = operator(tenantId);
      const { group } = await client.createTokenGroup({ name: 'G', groupToken: 'V0' });
      const groupId = group?.groupId ?? '';
      const renames = Array.from({ length: 5 }, (_, i) => client.updateTokenGroup({ groupId, name: 'G', groupToken: `V${i + 1}` }));
      const joins = Array.from({ length: 20 }, (_, i) => put(tenantId, `J${i}`, { groupId }));
      await Promise.all([...renames, ...joins]);
      const { groups } = await client.listTokenGroups({});
      const { idTokens } = await client.listIdTokens({});
      expect(idTokens).toHaveLength(20);
      expect(new Set(idTokens.map((token) => token.groupToken))).toEqual(new Set([groups[0]?.groupToken]));
      for (const token of idTokens) {
        const facts = await accounts.facts(token.idTokenId);
        expect(facts.map((fact) => Number(fact.version))).toEqual(facts.map((_, i) => i + 1));
        expect(facts.at(-1)?.payload['groupToken']).toBe(token.groupToken);
      }
    });
  });

  describe('an export', () => {
    it('gives every row once, from any point on', async () => {
      const service = accounts.as(['service']);
      const tenants: string[] = [];
      for await (const { tenant } of service.exportTenants({})) tenants.push(tenant?.tenantId ?? '');
      const { rows } = await accounts.admin.query<{ tenant_id: string }>('SELECT tenant_id FROM accounts.tenant ORDER BY tenant_id');
      expect(tenants).toEqual(rows.map((row) => row.tenant_id));
      const after: string[] = [];
      for await (const { tenant } of service.exportTenants({ after: tenants[2] ?? '' })) after.push(tenant?.tenantId ?? '');
      expect(after).toEqual(tenants.slice(3));
    });

    it('gives each id token as its newest fact does', async () => {
      const states: IdTokenState[] = [];
      for await (const { idToken } of accounts.as(['service']).exportIdTokens({})) if (idToken) states.push(idToken);
      const { rows } = await accounts.admin.query<{ n: string }>('SELECT count(*) AS n FROM accounts.id_token');
      expect(states).toHaveLength(Number(rows[0]?.n));
      for (const state of states) {
        const facts = await accounts.facts(state.idTokenId);
        expect(facts.at(-1)).toMatchObject({
          version: String(state.version),
          payload: { idToken: state.idToken, tenantId: state.tenantId },
        });
      }
    });
  });
});
