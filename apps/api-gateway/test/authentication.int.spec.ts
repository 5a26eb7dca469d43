import { accessRevoked, factSubject, tenantChanged, userChanged } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TENANT } from './support/callers.js';
import { RunningGateway } from './support/running-gateway.js';

const VIEWER = '{ viewer { id kind roles scopes tenant { slug } } }';

describe('whoever asks', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await RunningGateway.start();
    gateway.callers.apiKey('amp_key', ['stations:read']).apiKey('amp_slow', ['stations:read'], { requestsPerMinute: 3 });
    gateway.callers.guest('guest-secret', 'session:s1');
  });
  afterAll(() => gateway.stop());

  it('is known by an access token of the realm', async () => {
    const { status, body } = await gateway.query(VIEWER, await gateway.as('operator'));
    expect(status).toBe(200);
    expect(body.data).toEqual({
      viewer: { id: 'operator', kind: 'PERSON', roles: ['OPERATOR'], scopes: [], tenant: { slug: 'demo' } },
    });
  });

  it('is known by an API key, in either header, and by a guest link', async () => {
    const key = { viewer: expect.objectContaining({ kind: 'API_KEY', scopes: ['stations:read'] }) };
    expect((await gateway.query(VIEWER, 'ApiKey amp_key')).body.data).toEqual(key);
    expect((await gateway.post({ query: VIEWER }, { 'x-api-key': 'amp_key' })).body.data).toEqual(key);
    expect((await gateway.query(VIEWER, 'Guest guest-secret')).body.data).toEqual({ viewer: expect.objectContaining({ kind: 'GUEST' }) });
  });

  it.each<[string, (g: RunningGateway) => string | Promise<string>]>([
    ['no credential', () => ''],
    ['another scheme', () => 'Basic YTpi'],
    ['no token', () => 'Bearer nonsense'],
    ['three dots of nothing', () => 'Bearer ..'],
    ['JSON that is no object', () => `Bearer ${Buffer.from('null').toString('base64url')}.bnVsbA.AA`],
    ['an expired token', (g) => g.as('operator', -1)],
    ['a token for services', async (g) => `Bearer ${await g.realm.accessToken({ aud: 'ampline-services' })}`],
    ['a token for many, not for us', async (g) => `Bearer ${await g.realm.accessToken({ aud: ['account', 'ampline-services'] })}`],
    ['a token of another realm', async (g) => `Bearer ${await g.realm.accessToken({ iss: `${g.realm.url}/realms/other` })}`],
    ['a token of another issuer', async (g) => `Bearer ${await g.realm.accessToken({ iss: 'https://login.example.com/realms/ampline' })}`],
    ['an ID token', async (g) => `Bearer ${await g.realm.accessToken({ typ: 'ID' })}`],
    ['a refresh token', async (g) => `Bearer ${await g.realm.accessToken({ typ: 'Refresh' })}`],
    ['a token without expiry', async (g) => `Bearer ${await g.realm.accessToken({ exp: undefined })}`],
    ['a token of tomorrow', async (g) => `Bearer ${await g.realm.accessToken({ nbf: Math.floor(Date.now() / 1_000) + 86_400 })}`],
    ['a forged signature', async (g) => `Bearer ${await g.realm.accessToken({}, { key: 'foreign' })}`],
    ['a key that there is not', async (g) => `Bearer ${await g.realm.accessToken({}, { key: 'foreign', kid: 'key-2' })}`],
    ['a token with padding', async (g) => `${await g.as('operator')}=`],
    ['alg none', (g) => `Bearer ${g.realm.unsigned()}`],
    ['the public key as a secret', async (g) => `Bearer ${await g.realm.confused()}`],
    ['somebody whom accounts does not know', (g) => g.as('stranger')],
    ['an API key that there is not', () => 'ApiKey amp_unknown'],
    ['a guest link that there is not', () => 'Guest unknown'],
  ])('is UNAUTHENTICATED with %s', async (_name, credential) => {
    const authorization = await credential(gateway);
    const answer = await gateway.query(VIEWER, authorization || undefined);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.body.errors?.map((error) => error.extensions['code'])).toEqual(['UNAUTHENTICATED']);
    expect(answer.body.data).toBeUndefined();
  });

  it('may not send two credentials at once', async () => {
    const { status } = await gateway.post({ query: VIEWER }, { authorization: await gateway.as('operator'), 'x-api-key': 'amp_key' });
    expect(status).toBe(401);
  });

  it('is exchanged once, however many ask at the same time', async () => {
    const authorization = await gateway.as('operator');
    const before = gateway.callers.exchanges;
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.query(VIEWER, authorization)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(gateway.callers.exchanges - before).toBe(1);
  });

  it('is refused again without asking accounts each time', async () => {
    const before = gateway.callers.exchanges;
    for (let i = 0; i < 5; i++) await gateway.query(VIEWER, 'ApiKey amp_wrong');
    expect(gateway.callers.exchanges - before).toBe(1);
  });

  it.each([
    ['the user has changed', () => factSubject(userChanged, 'demo', 'leaver')],
    ['the key or link is void', () => factSubject(accessRevoked, 'demo', 'leaver')],
    ['the tenant has changed', () => factSubject(tenantChanged, 'demo', TENANT.tenantId)],
  ])('is asked about anew at once when %s', async (_name, subject) => {
    gateway.callers.person('leaver', ['operator']);
    const authorization = await gateway.as('leaver');
    expect((await gateway.query(VIEWER, authorization)).status).toBe(200);
    gateway.callers.forget('leaver');
    expect((await gateway.query(VIEWER, authorization)).status).toBe(200);
    gateway.bus.publish(subject(), '{}');
    await eventually(async () => (await gateway.query(VIEWER, authorization)).status === 401, { timeoutMs: 1_000 });
  });

  it('is asked about anew after a gap on the bus, in which such news may have been lost', async () => {
    gateway.callers.person('leaver', ['operator']);
    const authorization = await gateway.as('leaver');
    expect((await gateway.query(VIEWER, authorization)).status).toBe(200);
    gateway.callers.forget('leaver');
    await gateway.nats.restart();
    await eventually(async () => (await gateway.query(VIEWER, authorization)).status === 401, { timeoutMs: 10_000 });
  });

  it('with an API key has its requests a minute, and learns when to come back', async () => {
    for (let i = 0; i < 3; i++) expect((await gateway.query(VIEWER, 'ApiKey amp_slow')).status).toBe(200);
    const { status, headers, body } = await gateway.query(VIEWER, 'ApiKey amp_slow');
    expect(status).toBe(429);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'api.key-rate-exceeded', kind: 'exhausted' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await gateway.query(VIEWER, 'ApiKey amp_key')).status).toBe(200);
  });
});

describe('an address without a valid log-in', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await RunningGateway.start({ API_GATEWAY_ANONYMOUS_PER_MINUTE: '5' });
  });
  afterAll(() => gateway.stop());

  it('runs out of guesses before accounts is asked about each, while those who are logged in go on', async () => {
    const authorization = await gateway.as('operator');
    expect((await gateway.query(VIEWER, authorization)).status).toBe(200);
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await gateway.query(VIEWER, `ApiKey guess-${i}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await gateway.query('{ brand(tenant: "demo") { name } }')).status).toBe(429);
    expect((await gateway.query(VIEWER, authorization)).status).toBe(200);
  });
});

describe('while those who could tell are away', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await RunningGateway.start();
  });
  afterAll(() => gateway.stop());

  it('nobody is told that a good credential is bad', async () => {
    const authorization = await gateway.as('operator');
    await gateway.standIns.take('accounts');
    expect(await gateway.refusal(VIEWER, authorization)).toMatchObject({ status: 503, code: 'api.service-unavailable' });
  });
});

describe('the keys of the realm', () => {
  it('have to be seen once before a replica is ready, and not again', async () => {
    const gateway = await RunningGateway.start();
    const keyless = await RunningGateway.start({ AMPLINE_KEYCLOAK_URL: 'http://127.0.0.1:1' });
    expect(await keyless.parts()).toMatchObject({ bus: 'ok', realm: 'grpc.realm-unavailable' });
    expect(await gateway.parts()).toEqual({ bus: 'ok', realm: 'ok' });
    const authorization = await gateway.as('operator');
    expect((await gateway.query(VIEWER, authorization)).status).toBe(200);
    expect(await keyless.refusal(VIEWER, authorization)).toMatchObject({ status: 503, code: 'api.service-unavailable' });
    await Promise.all([gateway.stop(), keyless.stop()]);
  });

  it('are fetched once for all who wait, and made-up key ids do not become requests', async () => {
    const gateway = await RunningGateway.start();
    const strange = await Promise.all(['a', 'b', 'c'].map((kid) => gateway.realm.accessToken({}, { kid, key: 'foreign' })));
    await gateway.query(VIEWER, await gateway.as('operator'));
    for (const token of strange) expect((await gateway.query(VIEWER, `Bearer ${token}`)).status).toBe(401);
    expect(gateway.realm.keySetRequests).toBe(1);
    await gateway.stop();
  });
});
