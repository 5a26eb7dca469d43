import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@ampline/kernel-errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { RunningGateway } from './support/running-gateway.js';

const STATUS = 'query Status { platformStatus { live } }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const nested = (depth: number) => `{ sites { nodes ${'{ stations { nodes { site '.repeat(depth)} { id } ${'} } } '.repeat(depth)} } }`;

describe('an operation', () => {
  let gateway: RunningGateway;
  let operator: string;
  const webRoot = mkdtempSync(join(tmpdir(), 'ampline-web-'));
  beforeAll(async () => {
    writeFileSync(join(webRoot, 'persisted-operations.json'), JSON.stringify({ [hashOf(STATUS)]: STATUS }));
    gateway = await RunningGateway.start({ API_GATEWAY_WEB_ROOT: webRoot, API_GATEWAY_ANONYMOUS_PER_MINUTE: '1000' });
    gateway.callers.apiKey('amp_key', ['stations:read', 'people:read']).guest('guest', 'session:s1');
    operator = await gateway.as('operator');
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(webRoot, { recursive: true });
  });

  describe('may select', () => {
    it('nothing that is not public before its owner has logged in', async () => {
      expect(await gateway.refusal('{ stations { nodes { id } } }')).toEqual({
        status: 401,
        code: 'UNAUTHENTICATED',
        details: { field: 'Query.stations' },
      });
      gateway.answer({
        brands: {
          resolveBrand: () => {
            throw new AppError({ kind: 'not-found', code: 'accounts.brand-unknown', message: 'None.' });
          },
        },
      });
      expect((await gateway.query('{ brand(tenant: "demo", brand: "x") { name primaryColor } }')).body).toEqual({ data: { brand: null } });
      expect(await gateway.refusal('{ brand { name hosts } }')).toMatchObject({ status: 401, details: { field: 'Brand.hosts' } });
    });

    it.each([
      ['of another role', 'driver', '{ stations { nodes { id } } }', 'Query.stations'],
      ['beside one that is open', 'operator', '{ viewer { id } apiKeys { nodes { id } } }', 'Query.apiKeys'],
      ['in a fragment', 'operator', '{ viewer { id } ...Keys } fragment Keys on Query { apiKeys { nodes { id } } }', 'Query.apiKeys'],
      ['in a fragment without a name', 'driver', '{ ... on Query { ... { users { nodes { id } } } } }', 'Query.users'],
      ['behind an alias', 'driver', '{ viewer: users { nodes { id } } }', 'Query.users'],
      ['that is skipped', 'driver', '{ viewer { id } users @skip(if: true) { nodes { id } } }', 'Query.users'],
      ['deep within one that is open', 'driver', '{ session(id: "s1") { id issues { id } } }', 'Session.issues'],
      ['of a mutation', 'driver', 'mutation { reset(stationId: "s", type: SOFT) { id } }', 'Mutation.reset'],
    ])('no field %s', async (_name, who, query, field) => {
      expect(await gateway.refusal(query, await gateway.as(who))).toEqual({ status: 403, code: 'FORBIDDEN', details: { field } });
    });

    it('as an API key what its scopes cover, whatever roles there are', async () => {
      expect(await gateway.refusal('{ audit { nodes { id } } }', 'ApiKey amp_key')).toMatchObject({ details: { field: 'Query.audit' } });
      expect(await gateway.refusal('{ apiKeys { nodes { id } } }', 'ApiKey amp_key')).toMatchObject({ code: 'FORBIDDEN' });
      expect(await gateway.refusal('{ consents { id } }', 'ApiKey amp_key')).toMatchObject({ code: 'FORBIDDEN' });
      gateway.answer({ stations: { listStations: () => ({ stations: [] }) } });
      expect((await gateway.query('{ stations { nodes { id } } }', 'ApiKey amp_key')).body.data).toEqual({ stations: { nodes: [] } });
    });

    it('as a guest the one session', async () => {
      expect(await gateway.refusal('{ sessions { nodes { id } } }', 'Guest guest')).toMatchObject({ code: 'FORBIDDEN' });
      expect(await gateway.refusal('{ session(id: "s1") { idToken } }', 'Guest guest')).toMatchObject({
        details: { field: 'Session.idToken' },
      });
    });
  });

  it.each([
    ['too long', `{ viewer { id } } #${'x'.repeat(20_480)}`, 'api.query-too-long'],
    ['of too many words', `{ ${'viewer { id } '.repeat(600)} }`, 'api.too-many-tokens'],
    ['too deep', nested(4), 'api.too-deep'],
    [
      'too deep through fragments',
      `{ sites { nodes { ...A } } } fragment A on Site { stations { nodes { site { ...B } } } } fragment B on Site { stations { nodes { site { ...C } } } } fragment C on Site { stations { nodes { site { id } } } }`,
      'api.too-deep',
    ],
    ['with too many aliases', `{ viewer { ${Array.from({ length: 31 }, (_, i) => `a${i}: id`).join(' ')} } }`, 'api.too-many-aliases'],
    ['with too many directives', `{ viewer { id ${'@include(if: true) '.repeat(51)} } }`, 'api.too-many-directives'],
    [
      'with too many root fields',
      `{ ${'...R '.repeat(6)} } fragment R on Query { viewer { id } platformStatus { live } }`,
      'api.too-many-root-fields',
    ],
    ['too costly by its pages', '{ sites(first: 500) { nodes { stations(first: 500) { nodes { id } } } } }', 'api.too-costly'],
    ['too costly by default pages', '{ sites { nodes { stations { nodes { commands { nodes { id } } } } } } }', 'api.too-costly'],
    [
      'that repeats what is costly',
      `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: sessions(first: 500) { nodes { station { id } } }`).join(' ')} }`,
      'api.too-costly',
    ],
    ['that is no GraphQL', '{ viewer', 'GRAPHQL_PARSE_FAILED'],
    ['that does not fit the schema', '{ viewer { shoeSize } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that spreads a fragment in itself', '{ ...A } fragment A on Query { viewer { id } ...A }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that subscribes over HTTP', 'subscription { platformStatusChanged { live } }', 'api.subscription-needs-socket'],
  ])('%s is refused with a code of its own', async (_name, query, code) => {
    const { status, body } = await gateway.query(query, operator);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
  });

  it('costs as much as its variables ask for', async () => {
    const query = 'query L($n: Int = 10) { sites(first: $n) { nodes { stations(first: 50) { nodes { id } } } } }';
    gateway.answer({ stations: { listSites: () => ({ sites: [] }) } });
    expect((await gateway.query(query, operator)).status).toBe(200);
    expect((await gateway.query(query, operator, { n: 200 })).body.errors?.[0]?.extensions).toMatchObject({
      code: 'api.too-costly',
      details: { limit: 5_000, found: 12_201 },
    });
  });

  it('comes alone: a batch is refused', async () => {
    const { status, body } = await gateway.post([{ query: STATUS }, { query: STATUS }], { authorization: operator });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions['code']).toBe('api.batch-refused');
  });

  it('may ask for the schema when a person has logged in, and learns what they may have meant', async () => {
    expect((await gateway.query(getIntrospectionQuery(), operator)).body.data).toHaveProperty('__schema');
    expect((await gateway.query('{ viewr { id } }', operator)).body.errors?.[0]?.message).toContain('Did you mean');
    for (const who of [undefined, 'ApiKey amp_key', 'Guest guest']) {
      expect(await gateway.refusal('{ __schema { types { name } } }', who)).toMatchObject({ status: 403, code: 'api.introspection-off' });
      expect((await gateway.query('{ viewr { id } }', who)).body.errors?.[0]?.message).not.toContain('Did you mean');
    }
  });

  it('may be a registered one, by POST and GET', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(STATUS) } };
    const served = { data: { platformStatus: { live: true } } };
    expect((await gateway.post({ extensions }, { authorization: operator })).body).toEqual(served);
    expect((await gateway.post({ documentId: `sha256:${hashOf(STATUS)}` }, { authorization: operator })).body).toEqual(served);
    const get = (search: string) => fetch(`${gateway.url}/graphql?${search}`, { headers: { authorization: operator } });
    expect(await (await get(`extensions=${encodeURIComponent(JSON.stringify(extensions))}`)).json()).toEqual(served);
    expect((await get(`query=${encodeURIComponent(STATUS)}`)).status).toBe(405);
  });

  it('is not registered by clients', async () => {
    const query = '{ viewer { name } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    for (const body of [{ extensions }, { query, extensions }, { extensions }]) {
      const answer = await gateway.post(body, { authorization: operator });
      if ('query' in body) expect(answer.status).toBe(200);
      else expect(answer.body.errors?.[0]?.extensions['code']).toBe('PERSISTED_QUERY_NOT_FOUND');
    }
  });

  it.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'query=x', 415, 'api.media-type-unsupported'],
    ['plain text', { 'content-type': 'text/plain' }, '{"query":"{ __typename }"}', 415, 'api.media-type-unsupported'],
    ['broken JSON', {}, '{"query":', 400, 'api.body-unreadable'],
    ['no query', {}, '{}', 400, 'api.query-missing'],
    ['variables that are no object', {}, '{"query":"{ __typename }","variables":[1]}', 400, 'api.query-missing'],
    ['a large body', {}, JSON.stringify({ query: 'x'.repeat(110_000) }), 413, 'api.body-too-large'],
  ])('is not read from %s', async (_name, headers, body, status, code) => {
    const answer = await gateway.post(body, { authorization: operator, ...headers });
    expect([answer.status, answer.body.errors?.[0]?.extensions['code']]).toEqual([status, code]);
  });

  describe('that fails while it runs', () => {
    const failing = (error: Error) =>
      gateway.answer({
        stations: {
          getStation: () => {
            throw error;
          },
        },
      });
    const ask = () => gateway.query('{ station(id: "0199aaaa-0000-7000-8000-000000000001") { id } viewer { id } }', operator);

    it('tells the code of the service, and the rest of what was asked', async () => {
      failing(new AppError({ kind: 'conflict', code: 'csms.busy', message: 'The station is busy.', details: { until: 'noon' } }));
      const { status, body } = await ask();
      expect(status).toBe(200);
      expect(body.data).toMatchObject({ viewer: { id: 'operator' }, station: null });
      expect(body.errors).toEqual([
        expect.objectContaining({
          message: 'The station is busy.',
          path: ['station'],
          extensions: { code: 'csms.busy', kind: 'conflict', details: { until: 'noon' } },
        }),
      ]);
    });

    it('tells nothing of what nobody planned for, and logs it', async () => {
      failing(new TypeError('secret of the inside'));
      const { body } = await ask();
      expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL', kind: 'internal' } });
      expect(JSON.stringify(body)).not.toMatch(/secret|stack|TypeError|getStation|node_modules/);
      expect(gateway.telemetry.lines).toContainEqual(expect.objectContaining({ event: 'api.failed', level: 'error' }));
    });

    it('with a value that does not fit says which', async () => {
      const answer = await gateway.query('query S($id: ID!) { station(id: $id) { id } }', operator, { id: null });
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.[0]).toMatchObject({ message: expect.stringContaining('$id'), extensions: { code: 'BAD_USER_INPUT' } });
    });
  });

  it('is counted by name, type and outcome, and traced', async () => {
    await gateway.query(STATUS, operator);
    const metrics = await gateway.telemetry.metricsText();
    expect(metrics).toMatch(/api_operation_duration_ms_count\{[^}]*operation="Status"[^}]*type="query"[^}]*outcome="ok"/);
    expect(metrics).toMatch(/api_refusals_total\{[^}]*code="api.too-costly"/);
    expect(gateway.telemetry.spans.map(({ name }) => name)).toContain('graphql query Status');
  });
});

describe('where only registered operations are served', () => {
  it('people send those, by hash or by text, and API keys what they like', async () => {
    const webRoot = mkdtempSync(join(tmpdir(), 'ampline-web-'));
    writeFileSync(join(webRoot, 'persisted-operations.json'), JSON.stringify({ [hashOf(STATUS)]: STATUS }));
    const gateway = await RunningGateway.start({ API_GATEWAY_WEB_ROOT: webRoot, API_GATEWAY_PERSISTED_ONLY: 'true' });
    gateway.callers.apiKey('amp_key', ['stations:read']);
    const operator = await gateway.as('operator');
    expect((await gateway.query(STATUS, operator)).status).toBe(200);
    expect((await gateway.post({ documentId: hashOf(STATUS) }, { authorization: operator })).status).toBe(200);
    expect(await gateway.refusal('{ viewer { id } }', operator)).toMatchObject({ status: 403, code: 'api.persisted-query-only' });
    expect((await gateway.query('{ viewer { id } }', 'ApiKey amp_key')).status).toBe(200);
    await gateway.stop();
    rmSync(webRoot, { recursive: true });
  });
});
