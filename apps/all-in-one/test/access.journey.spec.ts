import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as contracts from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { API_SCOPES, grpcClient, methodsWithoutRule, ROLES, TokenIssuer, type Caller, type Role } from '@ampline/platform-grpc';
import { rlsReport, roleNames, roleReport } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { Client as SqlClient } from 'pg';
import { services } from '../src/registry.js';
import { guesses, methodsOf, textsOf, type WalkedMethod } from './support/guessed-requests.js';
import { furnish, invite, PASSWORD, Platform, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';
import { rowsOf, SCHEMAS, settled } from './support/tenant-rows.js';

const METHODS = methodsOf(services);
const OF_A_TENANT = METHODS.filter(({ rule }) => rule.scope === 'tenant');
const READS = OF_A_TENANT.filter(({ rule }) => rule.roles.includes('support'));
/** Read by admins alone. */
const ADMINS_READS = OF_A_TENANT.filter(({ method }) => method.name === 'ListApiKeys');
const CHANGES = OF_A_TENANT.filter(({ rule }) => !rule.roles.includes('support'));
/** Register readings of their session. */
const FIGURES = ['4321', '9876'];

type Answer = { value: unknown } | { error: AppError };

describe('who may do what', () => {
  let platform: Platform;
  let theirs: Site;
  let mine: Site;
  let theirStation: RawStation;
  let issuer: TokenIssuer;
  const clients = new Map<string, Record<string, (request: unknown, options: object) => unknown> & { close(): void }>();
  const token = { current: '' };

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    issuer = new TokenIssuer(platform.all?.secret ?? '');
    for (const { server, binding } of METHODS) {
      if (clients.has(binding.service.typeName)) continue;
      const url = platform.all?.grpc[server] ?? '';
      const client = grpcClient(binding.service, { url, telemetry: platform.telemetry, token: () => token.current });
      clients.set(binding.service.typeName, client as never);
    }
    theirs = await furnish(platform, { tenant: 'theirs', stations: 2, prefix: 'THEIR-STATION', tokens: ['THEIR-TOKEN-1'] });
    mine = await furnish(platform, { tenant: 'mine', stations: 1, prefix: 'MY-STATION', tokens: ['MY-TOKEN-1'] });
    theirStation = await RawStation.connect({ url: platform.ocppUrl('theirs'), identity: 'THEIR-STATION-1', password: PASSWORD });
    const at = { idTag: 'THEIR-TOKEN-1', timestamp: new Date().toISOString() };
    const { transactionId } = await theirStation.ask('StartTransaction', { ...at, connectorId: 1, meterStart: 0 });
    const sampledValue = [{ value: FIGURES[0] }];
    await theirStation.ask('MeterValues', { connectorId: 1, transactionId, meterValue: [{ timestamp: at.timestamp, sampledValue }] });
    await theirStation.ask('StopTransaction', { ...at, transactionId, meterStop: Number(FIGURES[1]) });
    await theirStation.ask('StopTransaction', { ...at, transactionId: 999_999, meterStop: 1 });
  }, 120_000);
  afterAll(async () => {
    for (const client of clients.values()) client.close();
    await theirStation.close();
    await platform.stop();
  });

  /** Calls a method over the wire; a stream is read to its end. */
  const call = async ({ binding, method }: WalkedMethod, bearer: string, request: unknown = {}, options: object = {}): Promise<Answer> => {
    token.current = bearer;
    try {
      const answer = clients.get(binding.service.typeName)?.[method.localName]?.(request, options);
      if (method.methodKind !== 'server_streaming') return { value: await answer };
      const value: unknown[] = [];
      for await (const item of answer as AsyncIterable<unknown>) value.push(item);
      return { value };
    } catch (error) {
      if (AppError.is(error)) return { error };
      throw error;
    }
  };
  const codeOf = (answer: Answer) => ('error' in answer ? answer.error.code : 'ok');
  const as = (role: Role, tenantId?: string) => issuer.issue({ subject: 'walker', roles: [role], ...(tenantId ? { tenantId } : {}) });

  it('is ruled for every method of every service of the contracts', () => {
    expect(methodsWithoutRule(services.flatMap(({ grpc }) => grpc))).toEqual([]);
    const declared = Object.values(contracts).flatMap((one) =>
      typeof one === 'object' && 'kind' in one && one.kind === 'service' ? [one.typeName] : [],
    );
    expect([...clients.keys()].sort()).toEqual(declared.sort());
    expect(METHODS.length).toBeGreaterThan(30);
  });

  it.each(METHODS.map((walked) => [walked.name, walked] as const))(
    '%s is open to the roles its rule names, and to no other',
    async (_, walked) => {
      for (const role of ROLES) {
        const code = codeOf(await call(walked, await as(role, mine.tenantId)));
        if (walked.rule.roles.includes(role)) expect([role, code]).not.toEqual([role, expect.stringMatching(/^grpc\./)]);
        else expect([role, code]).toEqual([role, 'grpc.role-missing']);
      }
    },
  );

  it('an API key may do what its scope covers, whatever roles it claims', async () => {
    for (const walked of METHODS) {
      for (const scope of API_SCOPES) {
        const key: Caller = { subject: 'key', kind: 'api-key', roles: [...ROLES], tenantId: mine.tenantId, scopes: [scope] };
        const code = codeOf(await call(walked, await issuer.issue(key)));
        if (walked.rule.apiScope === scope)
          expect([walked.name, scope, code]).not.toEqual([walked.name, scope, expect.stringMatching(/^grpc\./)]);
        else expect([walked.name, scope, code]).toEqual([walked.name, scope, 'grpc.role-missing']);
      }
    }
  });

  it('who has logged in is let in by the API alone, not by the services behind it', async () => {
    const { username } = await invite(platform, { tenantId: mine.tenantId, email: 'admin@mine.example', role: 'tenant-admin' });
    const { access_token: bearer } = await platform.logIn(username);
    for (const walked of METHODS) expect([walked.name, codeOf(await call(walked, bearer))]).toEqual([walked.name, 'grpc.token-invalid']);
  });

  it('nobody gets in without a token, or with one that is forged, changed or expired', async () => {
    const everything: Caller = { subject: 'walker', roles: [...ROLES], tenantId: mine.tenantId };
    const good = await issuer.issue(everything);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = {
      ofAnotherInstallation: await new TokenIssuer('x'.repeat(32)).issue(everything),
      expired: await issuer.issue(everything, -60),
      unsigned: `${encoded({ alg: 'none' })}.${payload}.`,
      changed: `${header}.${encoded({ ...claims, tenant: theirs.tenantId })}.${signature}`,
    };
    for (const walked of METHODS) {
      expect([walked.name, codeOf(await call(walked, ''))]).toEqual([walked.name, 'grpc.token-missing']);
      for (const [how, bad] of Object.entries(forged))
        expect([walked.name, how, codeOf(await call(walked, bad))]).toEqual([walked.name, how, 'grpc.token-invalid']);
    }
  });

  it('only services and platform admins name a tenant, and they must', async () => {
    for (const walked of OF_A_TENANT) {
      for (const role of walked.rule.roles) {
        const foreign = await call(walked, await as(role, mine.tenantId), {}, { tenantId: theirs.tenantId });
        expect([walked.name, role, codeOf(foreign)]).toEqual([walked.name, role, 'grpc.tenant-foreign']);
        const nameless = await call(walked, await as(role));
        expect([walked.name, role, codeOf(nameless)]).toEqual([walked.name, role, 'grpc.tenant-missing']);
        if (role === 'platform-admin' || role === 'service') continue;
        const naming = await call(walked, await as(role), {}, { tenantId: theirs.tenantId });
        expect([walked.name, role, codeOf(naming)]).toEqual([walked.name, role, 'grpc.tenant-foreign']);
      }
    }
  });

  it('nobody sees or changes anything of another tenant, whatever ids are guessed', async () => {
    for (const schema of ['accounts', 'csms']) await settled(platform, schema);
    const { known, secrets } = await lookAround();
    expect(Object.keys(known).sort()).toEqual(
      expect.arrayContaining([
        ...['commandId', 'groupId', 'idToken', 'identity', 'issueId', 'locationId', 'sessionId', 'siteId', 'stationId'],
        ...['apiKeyId', 'brandId', 'driverId', 'guestLinkId', 'organisationId', 'userId', 'userIds', 'sessionIds'],
      ]),
    );
    expect(secrets.size).toBeGreaterThan(15);
    for (const figure of FIGURES) expect(secrets).toContain(figure);
    const before = await rowsOf(platform, theirs.tenantId);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(['csms.meter_value', 'session_export.session_record', 'accounts.id_token', 'accounts.audit_entry']),
    );
    // Changes last: what we then write under their names is ours.
    for (const walked of [...READS, ...CHANGES]) {
      for (const role of walked.rule.roles) {
        const bearer = await as(role, mine.tenantId);
        for (const request of guesses(walked.method.input, known)) {
          const answer = await call(walked, bearer, request);
          const told = 'error' in answer ? [answer.error.message, answer.error.details] : answer.value;
          const sent = textsOf(request);
          const unsent = [...secrets].filter((secret) => !sent.some((text) => text.includes(secret)));
          const leaked = textsOf(told).filter((text) => unsent.some((secret) => tells(text, secret)));
          expect([walked.name, role, leaked]).toEqual([walked.name, role, []]);
        }
      }
    }
    const sessionId = String(known['sessionId']);
    const guest = await issuer.issue({
      subject: 'g',
      kind: 'guest',
      roles: ['guest'],
      tenantId: mine.tenantId,
      resource: `session:${sessionId}`,
    });
    const asked = await call(METHODS.find(({ name }) => name === 'SessionRecordService/GetSession') as WalkedMethod, guest, { sessionId });
    expect(codeOf(asked)).toMatch(/unknown/);
    for (const schema of ['accounts', 'csms']) await settled(platform, schema);
    expect(await rowsOf(platform, theirs.tenantId)).toEqual(before);
    expect(theirStation.commands).toHaveLength(1);
  }, 120_000);

  describe('the database of the running platform', () => {
    const adminUrl = () => platform.parts.env['AMPLINE_DATABASE_ADMIN_URL'] ?? '';
    const urlOf = (role: string) => {
      const url = new URL(platform.parts.env['AMPLINE_DATABASE_URL'] ?? '');
      url.username = role;
      url.password = derivedPassword(platform.all?.secret ?? '', `postgres:${role}`);
      return url.href;
    };

    it('keeps tenants apart in every table of every service', async () => {
      expect(await rlsReport(adminUrl(), SCHEMAS)).toEqual([]);
    });

    it('is used by roles that own nothing, are no superuser, bypass nothing and belong to no other role', async () => {
      const expected = SCHEMAS.flatMap((schema) => [roleNames(schema).app, roleNames(schema).worker]).sort();
      const connected = await platform.sql<{ role: string }>(
        `SELECT DISTINCT usename AS role FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL`,
      );
      expect(connected.length).toBeGreaterThan(0);
      expect(expected).toEqual(expect.arrayContaining(connected.map(({ role }) => role)));
      for (const role of expected) expect([role, await roleReport(urlOf(role))]).toEqual([role, []]);
      expect(await roleReport(adminUrl())).not.toEqual([]);
    });

    it('shows the request role of identity no table at all: whoever logs in has no tenant yet', async () => {
      const readable = await platform.sql(
        `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'identity' AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege('identity_app', c.oid, 'SELECT')`,
      );
      expect(readable).toEqual([]);
    });

    it.each(SCHEMAS.filter((schema) => schema !== 'identity'))(
      'shows the request role of %s nothing without a tenant, and with one its rows alone',
      async (schema) => {
        const { app } = roleNames(schema);
        const tables = await platform.sql<{ name: string }>(
          `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND a.attname = 'tenant_id' AND has_table_privilege($2, c.oid, 'SELECT')`,
          [schema, app],
        );
        expect(tables.length).toBeGreaterThan(0);
        const client = new SqlClient({ connectionString: urlOf(app) });
        await client.connect();
        try {
          for (const { name } of tables) {
            const visible = async () =>
              (await client.query<{ tenant: string }>(`SELECT DISTINCT tenant_id::text AS tenant FROM ${schema}.${name}`)).rows.map(
                (row) => row.tenant,
              );
            expect([name, await visible()]).toEqual([name, []]);
            for (const { tenantId } of [theirs, mine]) {
              await client.query('BEGIN');
              await client.query(`SELECT set_config('ampline.tenant', $1, true)`, [tenantId]);
              expect([name, (await visible()).filter((tenant) => tenant !== tenantId)]).toEqual([name, []]);
              await client.query('COMMIT');
            }
          }
        } finally {
          await client.end();
        }
      },
    );
  });

  /** Their ids by the names of the fields that take them, and every text that only they should see. */
  async function lookAround() {
    const known: Record<string, string | string[]> = { search: 'THEIR-', groupToken: 'THEIR-GROUP' };
    const own = await issuer.issue({ subject: 'them', roles: ['tenant-admin', 'operator'], tenantId: theirs.tenantId });
    const ours = await issuer.issue({ subject: 'us', roles: ['tenant-admin', 'operator'], tenantId: mine.tenantId });
    const named = (name: string) => METHODS.find(({ method }) => method.name === name) as WalkedMethod;
    const look = { name: 'THEIR-BRAND', primaryColor: '#003366', accentColor: '#cc5500', defaultLocale: 'en' };
    for (const [name, request] of [
      ['CreateTokenGroup', { name: 'Their group', groupToken: 'THEIR-GROUP' }],
      ['CreateOrganisation', { name: 'THEIR-FLEET', kind: 1 }],
      ['CreateDriver', { name: 'THEIR-DRIVER', externalReference: 'THEIR-1' }],
      ['InviteUser', { name: 'THEIR-USER', email: 'somebody@theirs.example', roles: ['operator'], locale: 'en' }],
      ['CreateApiKey', { name: 'THEIR-KEY', scopes: ['stations:read'] }],
      ['CreateBrand', { slug: 'their-brand', look }],
    ] as const)
      expect([name, codeOf(await call(named(name), own, request))]).toEqual([name, 'ok']);
    for (const { stationId } of theirs.stations)
      await call(named('SendCommand'), own, { stationId, action: 'ClearCache', payloadJson: '{}' });
    await settled(platform, 'csms');
    const seen: unknown[] = [];
    // Twice: with ids that the first round has found, the second finds what hangs on them.
    for (let round = 0; round < 2; round++) {
      for (const walked of [...READS, ...ADMINS_READS]) {
        for (const request of [{}, ...guesses(walked.method.input, known)]) {
          const answer = await call(walked, own, request);
          if ('error' in answer) continue;
          seen.push(answer.value);
          for (const [name, text] of idsOf(answer.value)) {
            known[name] ??= text;
            known[`${name}s`] ??= [text];
          }
        }
      }
      if (round === 0) await call(named('CreateGuestLink'), own, { resource: `session:${String(known['sessionId'])}`, validHours: 1 });
    }
    const shared = new Set<string>();
    for (const walked of READS) {
      const answer = await call(walked, ours, {});
      if ('value' in answer) for (const text of textsOf(answer.value)) shared.add(text);
    }
    const secrets = new Set(textsOf(seen).filter((text) => !shared.has(text) && (FIGURES.includes(text) || isTelling(text))));
    return { known, secrets };
  }
});

/** A text by which a tenant can be recognised: a UUIDv7, or a name that we gave. */
function isTelling(text: string): boolean {
  return /THEIR-|[0-9a-f]{8}-[0-9a-f]{4}-7/i.test(text);
}

function tells(text: string, secret: string): boolean {
  return FIGURES.includes(secret) ? text === secret : text.includes(secret);
}

/** Ids in an answer, by the name of the request field that takes them. */
function idsOf(value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    if (typeof inner !== 'string' || inner === '') return idsOf(inner);
    if (name === 'identity')
      return [
        ['identity', inner],
        ['stationIdentity', inner],
      ];
    return /Id$|^idToken$/.test(name) && !['messageId', 'tenantId'].includes(name) ? [[name, inner]] : [];
  });
}
