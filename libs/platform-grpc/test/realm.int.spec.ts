import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { exportSPKI, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import { Realm, SERVICES_AUDIENCE, TokenIssuer, TokenVerifier, type Caller } from '../src/index.js';
import { TestRealm } from './support/test-realm.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );

describe('a realm', () => {
  let provider: TestRealm;
  beforeEach(async () => {
    provider = await TestRealm.start();
  });
  afterEach(() => provider.stop());

  describe('vouches for a token', () => {
    const verdict = (token: string) => codeOf(provider.realm().verify(token, SERVICES_AUDIENCE));

    it('of its own, for the right audience', async () => {
      expect(await provider.realm().verify(await provider.token({ azp: 'ampline-csms' }), SERVICES_AUDIENCE)).toMatchObject({
        azp: 'ampline-csms',
        iss: `${provider.url}/realms/ampline`,
      });
    });

    it('and for no other', async () => {
      const good = await provider.token({});
      const [header = '', payload = '', signature = ''] = good.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const publicKey = new TextEncoder().encode(await exportSPKI((await importJWK(provider.publicJwk)) as CryptoKey));
      const bySomebodyElse = await generateKeyPair('RS256');
      const refused = {
        garbage: 'garbage',
        expired: await provider.token({}, { expiresInS: -10 }),
        'of another audience': await provider.token({}, { audience: 'ampline-api' }),
        'of another realm': await provider.token({}, { issuer: `${provider.url}/realms/other` }),
        'of another provider': await provider.token({}, { issuer: 'http://127.0.0.1:1/realms/ampline' }),
        'for the identity, not for access': await provider.token({}, { claims: { typ: 'ID' } }),
        'without a type': await provider.token({}, { claims: { typ: undefined } }),
        'with an unknown key': await provider.token({}, { kid: 'unknown' }),
        'with alg none': `${encoded({ alg: 'none', kid: 'first' })}.${payload}.`,
        'with its public key as a secret': await new SignJWT({ ...claims })
          .setProtectedHeader({ alg: 'HS256', kid: 'first' })
          .sign(publicKey),
        'signed by somebody else': await new SignJWT({ ...claims })
          .setProtectedHeader({ alg: 'RS256', kid: 'first' })
          .sign(bySomebodyElse.privateKey),
        changed: `${header}.${encoded({ ...claims, azp: 'ampline-accounts' })}.${signature}`,
      };
      for (const [what, token] of Object.entries(refused)) expect([what, await verdict(token)]).toEqual([what, 'grpc.token-invalid']);
      expect(await verdict(good)).toBe('accepted');
    });

    it('signed with a key that it has made since', async () => {
      const realm = provider.realm();
      expect(await codeOf(realm.verify(await provider.token({}), SERVICES_AUDIENCE))).toBe('accepted');
      await provider.rotate('second');
      const fresh = provider.realm();
      expect(await codeOf(fresh.verify(await provider.token({}), SERVICES_AUDIENCE))).toBe('accepted');
      // A stranger's kid does not make us ask at each call.
      expect(await codeOf(realm.verify(await provider.token({}, { kid: 'stranger' }), SERVICES_AUDIENCE))).toBe('grpc.token-invalid');
      expect(provider.requests).toHaveLength(2);
    });

    it('whose keys cannot be had: it is the realm that is away, not the token that is bad', async () => {
      const token = await provider.token({});
      provider.keysStatus = 503;
      expect(await verdict(token)).toBe('grpc.realm-unavailable');
      await provider.stop();
      expect(await verdict(token)).toBe('grpc.realm-unavailable');
    });

    it('while it is away, with the keys at hand', async () => {
      const realm = provider.realm();
      await realm.verify(await provider.token({}), SERVICES_AUDIENCE);
      const later = await provider.token({});
      await provider.stop();
      expect(await codeOf(realm.verify(later, SERVICES_AUDIENCE))).toBe('accepted');
    });
  });

  it('is reached by another address than the one its tokens name', () => {
    const realm = new Realm({ url: 'https://login.example.com', internalUrl: 'http://keycloak:8080/', realm: 'ampline' });
    expect(realm.issuer).toBe('https://login.example.com/realms/ampline');
    expect(realm.endpoint).toBe('http://keycloak:8080/realms/ampline');
    expect(realm.adminEndpoint).toBe('http://keycloak:8080/admin/realms/ampline');
  });

  describe('gives a service its own token', () => {
    const clock = { now: 0 };
    const source = () =>
      provider.realm().clientCredentials({ clientId: 'ampline-csms', clientSecret: 'a+b/c:d', monotonicMs: () => clock.now });
    const give = (token: string) => (provider.tokens = { status: 200, body: { access_token: token, expires_in: 300 } });
    beforeEach(() => {
      clock.now = 0;
    });

    it('asked by client credentials, once for many who ask at once, and kept', async () => {
      give('one');
      const token = source();
      expect(await Promise.all([token(), token(), token()])).toEqual(['one', 'one', 'one']);
      clock.now = 149_000;
      expect(await token()).toBe('one');
      expect(provider.requests).toEqual([
        {
          path: '/realms/ampline/protocol/openid-connect/token',
          body: 'grant_type=client_credentials',
          authorization: `Basic ${Buffer.from(`ampline-csms:${encodeURIComponent('a+b/c:d')}`).toString('base64')}`,
        },
      ]);
    });

    it('renewed when half of its life is over, without anybody waiting', async () => {
      give('one');
      const token = source();
      await token();
      give('two');
      let open: () => void = () => undefined;
      provider.gate = new Promise((resolve) => (open = resolve));
      clock.now = 151_000;
      expect(await token()).toBe('one');
      open();
      clock.now = 296_000;
      expect(await token()).toBe('two');
      expect(provider.requests).toHaveLength(2);
    });

    it('that holds while the realm is away, and no longer', async () => {
      give('one');
      const token = source();
      await token();
      await provider.stop();
      clock.now = 290_000;
      expect(await token()).toBe('one');
      clock.now = 296_000;
      expect(await codeOf(token())).toBe('grpc.realm-unavailable');
    });

    it.each([
      ['refuses the client', { status: 401, body: { error: 'invalid_client' } }, 'grpc.client-refused'],
      ['is in trouble', { status: 503, body: {} }, 'grpc.realm-unavailable'],
      ['has too much to do', { status: 429, body: {} }, 'grpc.realm-unavailable'],
      ['answers something else', { status: 200, body: { hello: 'world' } }, 'grpc.realm-unavailable'],
    ])('unless it %s', async (_, answer, code) => {
      provider.tokens = answer;
      expect(await codeOf(source()())).toBe(code);
    });
  });

  describe('and the tokens inside', () => {
    const service = { azp: 'ampline-ocpp-csms', realm_access: { roles: ['service', 'platform-admin'] } };
    const verifier = () => new TokenVerifier(SECRET, provider.realm());

    it('a service is the service alone, whatever roles its token names', async () => {
      expect(await verifier().verify(await provider.token(service))).toEqual({ subject: 'ocpp-csms', kind: 'service', roles: ['service'] });
    });

    it.each([
      ['a person', { azp: 'ampline-console', realm_access: { roles: ['platform-admin', 'service'] } }, 'ampline-api'],
      ['a client without the role', { azp: 'ampline-ocpp-csms', realm_access: { roles: ['platform-admin'] } }, 'ampline-services'],
      ['a client of somebody else', { ...service, azp: 'grafana' }, 'ampline-services'],
      ['a client without a name', { realm_access: { roles: ['service'] } }, 'ampline-services'],
      ['a client without roles', { azp: 'ampline-ocpp-csms' }, 'ampline-services'],
    ])('%s is refused', async (_, claims, audience) => {
      expect(await codeOf(verifier().verify(await provider.token(claims, { audience })))).toBe('grpc.token-invalid');
    });

    it('the secret of the installation does not sign for the realm', async () => {
      const forged = await new SignJWT({ typ: 'Bearer', ...service })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(`${provider.url}/realms/ampline`)
        .setAudience(SERVICES_AUDIENCE)
        .setSubject('x')
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(SECRET));
      expect(await codeOf(verifier().verify(forged))).toBe('grpc.token-invalid');
    });

    it('where there is no realm, its tokens are good for nothing', async () => {
      expect(await codeOf(new TokenVerifier(SECRET).verify(await provider.token(service)))).toBe('grpc.token-invalid');
    });

    it.each<[string, Caller]>([
      [
        'person',
        {
          subject: 'u1',
          kind: 'person',
          name: 'Olga',
          roles: ['driver', 'fleet-manager'],
          tenantId: 't1',
          organisationId: 'o1',
          driverId: 'd1',
          actor: 'api-gateway',
        },
      ],
      [
        'api-key',
        { subject: 'k1', kind: 'api-key', roles: [], tenantId: 't1', scopes: ['stations:read', 'audit:read'], actor: 'api-gateway' },
      ],
      ['guest', { subject: 'g1', kind: 'guest', roles: ['guest'], tenantId: 't1', resource: 'session:s1' }],
      ['service', { subject: 'csms', kind: 'service', roles: ['service'] }],
    ])('an internal token of a %s says all that was put in', async (_, caller) => {
      expect(await verifier().verify(await new TokenIssuer(SECRET).issue(caller))).toEqual(caller);
    });
  });
});
