import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_SCOPES, ROLES, TokenIssuer } from '@ampline/platform-grpc';
import { derivedPassword } from '@ampline/platform-runner';
import { eventually } from '@ampline/platform-testing';
import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { apiKey, bearer, guest, type ApiClient } from './support/api-client.js';
import { furnish, invite, PASSWORD, Platform, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';
import { operationOf, publishedSchema, rootFields, type RootField } from './support/root-fields.js';
import { rowsOf, settled } from './support/tenant-rows.js';

const SCHEMA = publishedSchema();
const FIELDS = rootFields(SCHEMA);
const PEOPLES_ROLES = ROLES.filter((role) => role !== 'service' && role !== 'guest');
/** Names nothing anywhere. */
const NOTHING = '01900000-0000-7000-8000-000000000000';
const REFUSALS = ['UNAUTHENTICATED', 'FORBIDDEN'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Somebody who asks, and what the schema's rules go by. */
interface Asker {
  who: string;
  api: ApiClient;
  role?: string;
  scope?: string;
}

/** As the schema says: keys by their scope alone, everybody else by role. */
function mayAsk({ role, scope }: Asker, field: RootField): boolean {
  if (field.public) return true;
  if (scope !== undefined) return field.everybody || field.scope === scope;
  if (role === undefined) return false;
  return field.everybody || (field.persons && role !== 'guest') || field.roles.includes(role);
}

describe('the API', () => {
  let platform: Platform;
  let theirs: Site;
  let mine: Site;
  let station: RawStation;
  let admin: ApiClient;
  const askers: Asker[] = [];

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all', env: { API_GATEWAY_ANONYMOUS_PER_MINUTE: '100000' } });
    theirs = await furnish(platform, { tenant: 'theirs', stations: 1, prefix: 'THEIR-STATION', tokens: ['THEIR-TOKEN-1'] });
    mine = await furnish(platform, { tenant: 'mine', stations: 1, prefix: 'MY-STATION', tokens: ['MY-TOKEN-1'] });
    await furnishTheirs();
    for (const role of PEOPLES_ROLES) {
      const { username } = await invite(platform, { tenantId: mine.tenantId, email: `${role}@mine.example`, role });
      askers.push({ who: role, role, api: await platform.person(username) });
    }
    admin = asker('tenant-admin').api;
    for (const scope of API_SCOPES) {
      const { createApiKey } = await admin.get<{ createApiKey: { secret: string } }>(
        `mutation { createApiKey(input: { name: "${scope}", scopes: ["${scope}"], requestsPerMinute: 0 }) { secret } }`,
      );
      askers.push({ who: scope, scope, api: platform.api(apiKey(createApiKey.secret)) });
    }
    const link = { resource: `session:${NOTHING}`, validHours: 1 };
    const { secret } = await platform.doors().access.createGuestLink(link, { tenantId: mine.tenantId });
    askers.push({ who: 'guest', role: 'guest', api: platform.api(guest(secret)) }, { who: 'nobody', api: platform.api() });
  }, 120_000);
  afterAll(async () => {
    await station.close();
    await platform.stop();
  });

  const asker = (who: string) => askers.find((one) => one.who === who) as Asker;

  /** Something of everything that a tenant has, named so that it can be recognised. */
  async function furnishTheirs(): Promise<void> {
    const { tenantId } = theirs;
    const { username } = await invite(platform, { tenantId, email: 'admin@theirs.example', role: 'tenant-admin' });
    station = await RawStation.connect({ url: platform.ocppUrl('theirs'), identity: 'THEIR-STATION-1', password: PASSWORD });
    const at = { idTag: 'THEIR-TOKEN-1', timestamp: new Date().toISOString() };
    await station.ask('StartTransaction', { ...at, connectorId: 1, meterStart: 4_321 });
    await station.ask('StopTransaction', { ...at, transactionId: 999_999, meterStop: 1 });
    const api = await platform.person(username);
    const { people, accounts } = platform.doors();
    const { driver } = await people.createDriver({ name: 'THEIR-DRIVER' }, { tenantId });
    await accounts.putIdToken({ idToken: 'THEIR-TOKEN-2', driverId: driver?.driverId ?? '' }, { tenantId });
    for (const mutation of [
      'createOrganisation(input: { name: "THEIR-FLEET", kind: FLEET }) { id }',
      'createTokenGroup(name: "THEIR-GROUP", groupToken: "THEIR-GROUP") { id }',
      'createApiKey(input: { name: "THEIR-KEY", scopes: ["stations:read"] }) { secret }',
      'createBrand(slug: "theirs", look: { name: "THEIR-BRAND", primaryColor: "#003366", accentColor: "#cc5500", defaultLocale: "en" }) { id }',
      `sendCommand(stationId: "${theirs.stations[0]?.stationId}", action: "ClearCache", payload: {}) { id }`,
    ])
      await api.get(`mutation { ${mutation} }`);
    const sessionId = await eventually(async () => {
      const { sessions } = await api.get<{ sessions: { nodes: { id: string }[] } }>('{ sessions { nodes { id } } }');
      return sessions.nodes[0]?.id ?? false;
    });
    await api.get(`mutation { createGuestLink(sessionId: "${sessionId}") { secret } }`);
  }

  it('answers each field of its roots to those whom its rule names, and to no one else', async () => {
    const asked = FIELDS.filter(({ kind }) => kind !== 'subscription');
    expect(asked.length).toBeGreaterThan(60);
    for (const field of asked) {
      const query = operationOf(field, { id: NOTHING });
      const answers = await Promise.all(askers.map(async (one) => [one.who, (await one.api.codes(query))[0] ?? 'answered'] as const));
      const letIn = answers.filter(([, code]) => !REFUSALS.includes(code)).map(([who]) => who);
      const expected = askers.filter((one) => mayAsk(one, field)).map(({ who }) => who);
      expect([field.name, letIn]).toEqual([field.name, expected]);
      expect([field.name, answers.map(([, code]) => code)]).not.toEqual([
        field.name,
        expect.arrayContaining([expect.stringMatching(/INTERNAL|GRAPHQL_|grpc\./)]),
      ]);
    }
  });

  it('lets subscribe those whom the rule names', async () => {
    const subscriptions = FIELDS.filter(({ kind }) => kind === 'subscription');
    const last = (field: RootField) => field.name === 'platformStatusChanged';
    await Promise.all(
      askers.map(async (one) => {
        const begun = subscriptions
          .filter((field) => !last(field))
          .map((field) => ({ field, subscribed: one.api.subscribe(operationOf(field, { id: NOTHING })) }));
        // One socket answers in order: when this one tells something, those before it have been refused or not.
        const status = one.api.subscribe('subscription { platformStatusChanged { live } }');
        await eventually(() => status.received.length + status.ended.length > 0);
        if (one.who === 'nobody') return expect(status.ended).toEqual([expect.objectContaining({ code: 4401 })]);
        const refused = begun.filter(({ subscribed }) => JSON.stringify(subscribed.ended).includes('FORBIDDEN'));
        expect([one.who, refused.map(({ field }) => field.name)]).toEqual([
          one.who,
          subscriptions.filter((field) => !last(field) && !mayAsk(one, field)).map(({ name }) => name),
        ]);
      }),
    );
  });

  it('shows and changes nothing of another tenant, whatever ids are guessed', async () => {
    for (const schema of ['accounts', 'csms']) await settled(platform, schema);
    const before = await rowsOf(platform, theirs.tenantId);
    const ids = ['THEIR-TOKEN-1', 'THEIR-GROUP', ...(await idsOf(theirs.tenantId))];
    expect(ids.length).toBeGreaterThan(20);
    const asked = FIELDS.filter(
      ({ kind, field }) => kind !== 'subscription' && operationOf({ field } as RootField, { id: NOTHING }).includes(NOTHING),
    );
    const people = ['tenant-admin', 'driver', 'fleet-manager'].map(asker);
    for (const field of asked) {
      const by = people.filter((one) => mayAsk(one, field));
      const queries = ids.map((id) => [id, operationOf(field, { id, selection: plainOf(field) })] as const);
      const told = await Promise.all(
        queries.flatMap(([id, query]) => by.map(async ({ api }) => JSON.stringify(await api.ask(query)).replaceAll(id, ''))),
      );
      const leaks = told.filter((text) => /THEIR-|4321/.test(text) || ids.some((id) => text.includes(id)));
      expect([field.name, leaks]).toEqual([field.name, []]);
    }
    for (const schema of ['accounts', 'csms']) await settled(platform, schema);
    expect(await rowsOf(platform, theirs.tenantId)).toEqual(before);
    expect(station.commands).toHaveLength(1);
  });

  it('believes accounts and no claim: a person whom the realm moves to another tenant is out', async () => {
    const { username } = await invite(platform, { tenantId: mine.tenantId, email: 'mover@mine.example', role: 'operator' });
    const secret = platform.all?.secret ?? '';
    const basic = Buffer.from(`ampline-accounts:${derivedPassword(secret, 'client:accounts')}`).toString('base64');
    const answer = await fetch(`${platform.issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const ofService = ((await answer.json()) as { access_token: string }).access_token;
    const headers = { authorization: bearer(ofService), 'content-type': 'application/json' };
    const users = platform.issuer.replace('/realms/', '/admin/realms/').concat('/users');
    const [found] = (await (await fetch(`${users}?username=${encodeURIComponent(username)}`, { headers })).json()) as { id: string }[];
    const moved = { attributes: { tenant: ['theirs'] } };
    const put = await fetch(`${users}/${found?.id}`, { method: 'PUT', headers, body: JSON.stringify(moved) });
    expect(put.status).toBe(204);
    const mover = await platform.person(username);
    expect(await mover.codes('{ stations { nodes { identity } } }')).toEqual(['accounts.tenant-claim-mismatch']);

    const inside = await new TokenIssuer(secret).issue({ subject: 'x', roles: ['tenant-admin'], tenantId: mine.tenantId });
    for (const token of [ofService, inside])
      expect(await platform.api(bearer(token)).codes('{ viewer { id } }')).toEqual(['UNAUTHENTICATED']);
  });

  it('writes no credential, e-mail address or id token of anybody into a log', () => {
    const logs = [...platform.services.keys()].map((service) => platform.logs(service)).join('\n');
    expect(logs.length).toBeGreaterThan(10_000);
    expect(logs.match(/eyJ[\w-]{10,}\.|\bamp_\w{8,}|[\w.-]+@(mine|theirs)\.example|THEIR-(TOKEN|DRIVER)|MY-TOKEN|a-password/g)).toBeNull();
  });

  /** Every id in the rows of a tenant. */
  async function idsOf(tenantId: string): Promise<string[]> {
    const csms = ['charging_station', 'site', 'location', 'ocpp_transaction', 'command', 'intake_issue'].map((table) => `csms.${table}`);
    const accounts = ['app_user', 'driver', 'organisation', 'id_token', 'token_group', 'api_key', 'guest_link', 'brand'];
    const rows = await Promise.all(
      [...csms, ...accounts.map((table) => `accounts.${table}`)].map((table) =>
        platform.sql<{ row: string }>(`SELECT t::text AS row FROM ${table} t WHERE tenant_id = $1`, [tenantId]),
      ),
    );
    expect(rows.map((found) => found.length)).not.toContain(0);
    return [...new Set(rows.flat().flatMap(({ row }) => row.match(UUID) ?? []))].filter((id) => id !== tenantId);
  }
});

/** Everything of a field's type, or of the nodes of its page, that has no fields of its own. */
function plainOf({ field }: RootField): string {
  const plain = (name: string): string[] => {
    const type = SCHEMA.getType(name);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((inner) => {
      if (isLeafType(getNamedType(inner.type))) return [inner.name];
      return inner.name === 'nodes' ? [`nodes { ${plain(getNamedType(inner.type).name).join(' ')} }`] : [];
    });
  };
  return `{ ${['__typename', ...plain(getNamedType(field.type).name)].join(' ')} }`;
}
