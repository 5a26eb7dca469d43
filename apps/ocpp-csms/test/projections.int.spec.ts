import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  idTokenChanged,
  IdTokenStateSchema,
  IdTokenStatus,
  tenantChanged,
  TenantStateSchema,
  TenantStatus,
  type IdTokenState,
  type TenantState,
} from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually, freePort } from '@ampline/platform-testing';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AccountsState, makeAccountsStream, serveAccounts, tell } from './support/fake-accounts.js';
import { RunningCsms } from './support/running-csms.js';

const tenant = (o: MessageInitShape<typeof TenantStateSchema>): TenantState =>
  create(TenantStateSchema, { tenantId: uuidv7(), version: 1n, slug: 'demo', name: 'Demo', status: TenantStatus.ACTIVE, ...o });
const token = (of: TenantState, o: MessageInitShape<typeof IdTokenStateSchema>): IdTokenState =>
  create(IdTokenStateSchema, { idTokenId: uuidv7(), tenantId: of.tenantId, version: 1n, idToken: 'A', status: IdTokenStatus.ACTIVE, ...o });

describe('what accounts tells', () => {
  let csms: RunningCsms;
  let demo: TenantState;

  beforeAll(async () => {
    csms = await RunningCsms.start();
    await makeAccountsStream(csms.bus);
    demo = tenant({});
  });
  afterAll(() => csms.stop());

  const tellTenant = (state: TenantState) => tell(csms.bus, tenantChanged, { ...state, tenant: state.slug, key: state.tenantId }, state);
  const tellToken = (state: IdTokenState) => tell(csms.bus, idTokenChanged, { ...state, tenant: demo.slug, key: state.idTokenId }, state);
  const row = async (table: 'tenant' | 'id_token', key: string): Promise<Record<string, unknown> | undefined> =>
    (await csms.admin.query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE ${table}_id = $1`, [key])).rows[0];
  const atVersion = (table: 'tenant' | 'id_token', key: string, version: number) =>
    eventually(async () => {
      const found = await row(table, key);
      return Number(found?.['version']) === version && found;
    });

  it('is taken over: tenants and id tokens', async () => {
    await tellTenant(demo);
    expect(await atVersion('tenant', demo.tenantId, 1)).toMatchObject({ slug: 'demo', name: 'Demo', status: 'active' });
    await tellTenant(tenant({ ...demo, version: 2n, name: 'Demo 2', status: TenantStatus.SUSPENDED }));
    expect(await atVersion('tenant', demo.tenantId, 2)).toMatchObject({ slug: 'demo', name: 'Demo 2', status: 'suspended' });
    const expiresAt = new Date('2030-01-01T00:00:00.123Z');
    const group = { groupId: uuidv7(), groupToken: 'GROUP' };
    const owner = { driverId: uuidv7(), organisationId: uuidv7() };
    const card = token(demo, { idToken: 'DEMO-ok-1', expiresAt: timestampFromDate(expiresAt), allowConcurrent: true, ...group, ...owner });
    await tellToken(card);
    expect(await atVersion('id_token', card.idTokenId, 1)).toMatchObject({
      tenant_id: demo.tenantId,
      id_token: 'DEMO-ok-1',
      id_token_key: 'demo-ok-1',
      status: 'active',
      expires_at: expiresAt,
      group_id: group.groupId,
      group_token: 'GROUP',
      allow_concurrent: true,
      driver_id: owner.driverId,
      organisation_id: owner.organisationId,
    });
    await tellToken(token(demo, { ...card, version: 2n, status: IdTokenStatus.BLOCKED, groupId: '', groupToken: '', driverId: '' }));
    expect(await atVersion('id_token', card.idTokenId, 2)).toMatchObject({
      status: 'blocked',
      group_id: null,
      group_token: null,
      driver_id: null,
      organisation_id: owner.organisationId,
    });
  });

  it('in reverse order, and twice, ends at the newest', async () => {
    const card = token(demo, { idToken: 'REVERSED' });
    for (const version of [3n, 2n, 1n, 3n])
      await tellToken(token(demo, { ...card, version, status: version === 3n ? IdTokenStatus.REMOVED : IdTokenStatus.ACTIVE }));
    const last = token(demo, { idToken: 'LAST' });
    await tellToken(last);
    await atVersion('id_token', last.idTokenId, 1);
    expect(await row('id_token', card.idTokenId)).toMatchObject({ version: '3', status: 'removed' });
  });

  it('and nobody understands is parked, and the rest flows', async () => {
    const odd = token(demo, { idToken: 'ODD', status: IdTokenStatus.UNSPECIFIED });
    await tellToken(odd);
    const next = token(demo, { idToken: 'NEXT' });
    await tellToken(next);
    await atVersion('id_token', next.idTokenId, 1);
    expect(await row('id_token', odd.idTokenId)).toBeUndefined();
  });
});

describe('a new database', () => {
  it('is ready while accounts is away, and filled from its export when it is there; newer facts stand', async () => {
    const port = await freePort();
    const csms = await RunningCsms.start({ AMPLINE_GRPC_URLS: `accounts=127.0.0.1:${port}` }, 2);
    try {
      const reports = await Promise.all(csms.replicas.map(({ service }) => service.readiness.report()));
      expect(reports).toEqual([
        { ready: true, parts: { database: 'ok', bus: 'ok' } },
        { ready: true, parts: { database: 'ok', bus: 'ok' } },
      ]);
      await makeAccountsStream(csms.bus);
      const [one, two] = [tenant({ slug: 'one' }), tenant({ slug: 'two' })];
      const newer = tenant({ ...one, version: 5n, name: 'Told as a fact' });
      await tell(csms.bus, tenantChanged, { ...newer, tenant: newer.slug, key: newer.tenantId }, newer);
      const count = async (table: string) => Number((await csms.admin.query(`SELECT FROM ${table}`)).rowCount);
      await eventually(async () => (await count('tenant')) === 1);
      const tokens = Array.from({ length: 1_200 }, (_, i) => token(two, { idToken: `CARD-${i}` }));
      const app = await serveAccounts(port, new AccountsState([one, two], tokens));
      await eventually(async () => (await count('projection_load')) === 1, { timeoutMs: 30_000 });
      expect(await count('id_token')).toBe(1_200);
      const { rows } = await csms.admin.query('SELECT slug, name, version FROM tenant ORDER BY slug');
      expect(rows).toEqual([
        { slug: 'one', name: 'Told as a fact', version: '5' },
        { slug: 'two', name: 'Demo', version: '1' },
      ]);
      await app.close();
    } finally {
      await csms.stop();
    }
  });
});
