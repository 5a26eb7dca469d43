import { SERVICES_AUDIENCE } from '@ampline/platform-grpc';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, type JWTPayload } from 'jose';
import type { RealmClient } from './realm-client.js';
import { outcome, PASSWORD, realmOf, somePerson, type SuitePerson } from './suite-person.js';

const essence = ({ azp, typ, aud }: JWTPayload) => ({ azp, typ, services: [aud].flat().includes(SERVICES_AUDIENCE) });

/** Services have tokens of their own and judge those of others; scripts of the console may ask. */
export function servicesSuite(open: () => RealmClient): void {
  let client: RealmClient;
  let person: SuitePerson;

  beforeAll(async () => {
    client = open();
    person = await somePerson(client);
  });

  it('tells where everything is', async () => {
    const { issuer } = client.realm;
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/protocol/openid-connect/auth`,
      token_endpoint: `${issuer}/protocol/openid-connect/token`,
      jwks_uri: `${issuer}/protocol/openid-connect/certs`,
      userinfo_endpoint: `${issuer}/protocol/openid-connect/userinfo`,
      end_session_endpoint: `${issuer}/protocol/openid-connect/logout`,
      revocation_endpoint: `${issuer}/protocol/openid-connect/revoke`,
      introspection_endpoint: `${issuer}/protocol/openid-connect/token/introspect`,
    });
    const certs = (await (await fetch(client.endpoint('certs'))).json()) as { keys: Record<string, unknown>[] };
    expect(certs.keys.filter(({ alg }) => alg === 'RS256').length).toBeGreaterThan(0);
    expect(certs.keys.every((key) => !('d' in key))).toBe(true);
  });

  describe('a service', () => {
    it('has tokens of its own, for services alone', async () => {
      const token = await client.serviceToken('ocpp-csms');
      expect(essence(decodeJwt(token))).toEqual({ azp: 'ampline-ocpp-csms', typ: 'Bearer', services: true });
      expect(decodeJwt(token)).toMatchObject({ realm_access: { roles: expect.arrayContaining(['service']) as unknown } });
      expect(await outcome(realmOf(client).verify(token, SERVICES_AUDIENCE))).toBe('accepted');
      expect(await outcome(realmOf(client).verify(token, 'ampline-api'))).toBe('grpc.token-invalid');
    });

    it('gets them as the platform asks for them', async () => {
      const clientSecret = client.realm.clientSecretOf('api-gateway');
      const monotonicMs = () => performance.now();
      const credentials = realmOf(client).clientCredentials({ clientId: 'ampline-api-gateway', clientSecret, monotonicMs });
      const token = await credentials();
      expect(await realmOf(client).verify(token, SERVICES_AUDIENCE)).toMatchObject({ azp: 'ampline-api-gateway' });
      expect(await credentials()).toBe(token);
      const wrong = realmOf(client).clientCredentials({ clientId: 'ampline-api-gateway', clientSecret: 'wrong', monotonicMs });
      expect(await outcome(wrong())).toBe('grpc.client-refused');
    });

    it.each([
      ['with a wrong secret', 'accounts', { grant_type: 'client_credentials' }, 'wrong'],
      ['as an unknown client', 'nobody', { grant_type: 'client_credentials' }, 'wrong'],
      ['with the password of a person', 'accounts', { grant_type: 'password', username: 'x', password: 'y' }, undefined],
      [
        'with a grant that there is not',
        'accounts',
        { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'x' },
        undefined,
      ],
    ])('gets none %s', async (_, service, fields, secret) => {
      const answer = await client.post('token', fields as unknown as Record<string, string>, client.basic(service, secret));
      expect([400, 401]).toContain(answer.status);
      expect(answer.body).not.toHaveProperty('access_token');
    });

    it('is what the console cannot be', async () => {
      const answer = await client.post('token', { grant_type: 'client_credentials', client_id: 'ampline-console' });
      expect([400, 401]).toContain(answer.status);
    });

    it('can ask whether a token is alive', async () => {
      const tokens = await client.logIn(person.username, PASSWORD);
      const ask = (token: string) => client.post('token/introspect', { token }, client.basic('api-gateway'));
      expect((await ask(tokens.access_token)).body).toMatchObject({
        active: true,
        sub: person.id,
        azp: 'ampline-console',
        tenant: person.tenant,
      });
      expect((await ask('nonsense')).body).toEqual({ active: false });
      await client.manage('POST', `/users/${person.id}/logout`, await client.serviceToken('accounts'));
      expect((await ask(tokens.access_token)).body).toEqual({ active: false });
      expect((await client.post('token/introspect', { token: 'x' })).status).not.toBe(200);
    });
  });

  describe('scripts of the console', () => {
    const origin = () => new URL(client.realm.publicUrl).origin;

    it('may ask for tokens; those of other pages may not', async () => {
      const { refresh_token: token } = await client.logIn(person.username, PASSWORD);
      const ask = (from: string) =>
        client.post('token', { grant_type: 'refresh_token', client_id: 'ampline-console', refresh_token: token }, { origin: from });
      expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
      const mine = await client.logIn(person.username, PASSWORD);
      const answer = await client.post(
        'token',
        { grant_type: 'refresh_token', client_id: 'ampline-console', refresh_token: mine.refresh_token },
        { origin: origin() },
      );
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin());
    });

    it.each(['token', 'revoke', 'userinfo'])('pass the preflight of %s', async (name) => {
      const answer = await fetch(client.endpoint(name), {
        method: 'OPTIONS',
        headers: {
          origin: origin(),
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
      expect(answer.ok).toBe(true);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin());
    });

    it.each(['protocol/openid-connect/certs', '.well-known/openid-configuration'])('may read %s', async (path) => {
      const answer = await fetch(`${client.realm.issuer}/${path}`, { headers: { origin: origin() } });
      expect([origin(), '*']).toContain(answer.headers.get('access-control-allow-origin'));
    });
  });
}
