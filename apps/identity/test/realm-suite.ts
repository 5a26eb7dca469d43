import { randomUUID } from 'node:crypto';
import { AppError } from '@ampline/kernel-errors';
import { Realm, SERVICES_AUDIENCE } from '@ampline/platform-grpc';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { formOf } from './browser.js';
import type { RealmClient, Tokens } from './realm-client.js';

const PASSWORD = 'a-good-password';

interface UserOfRealm {
  id: string;
  username: string;
  email: string;
  enabled: boolean;
  firstName: string;
  attributes: { tenant: string[] };
}

/** What the platform needs of its realm: asked of the embedded provider, and of a real Keycloak with our realm file. */
export function realmSuite(open: () => RealmClient): void {
  let client: RealmClient;
  /** A tenant of this run alone: a Keycloak may have been used before. */
  const tenant = `t-${randomUUID().slice(0, 8)}`;
  const email = `operator@${tenant}.example`;
  const username = `${tenant}/${email}`;
  let userId: string;

  const realm = () => {
    const [url = '', name = ''] = client.realm.issuer.split('/realms/');
    return new Realm({ url, realm: name });
  };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'accepted',
      (error: unknown) => (AppError.is(error) ? error.code : String(error)),
    );
  const serviceOnly = ({ azp, typ, aud }: JWTPayload) => ({ azp, typ, services: [aud].flat().includes(SERVICES_AUDIENCE) });
  const manager = () => client.serviceToken('accounts');

  beforeAll(async () => {
    client = open();
    userId = await client.user({ tenant, email, password: PASSWORD, roles: ['operator'], name: ['Olga', 'Operator'] });
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

  describe('a person at the console', () => {
    it('gets tokens that say who it is, for the API alone', async () => {
      const tokens = await client.logIn(username, PASSWORD);
      const access = decodeJwt(tokens.access_token);
      expect(access).toMatchObject({
        iss: client.realm.issuer,
        sub: userId,
        typ: 'Bearer',
        azp: 'ampline-console',
        preferred_username: username,
        email,
        name: 'Olga Operator',
        tenant,
        realm_access: { roles: expect.arrayContaining(['operator']) as unknown },
      });
      expect([access.aud].flat()).toContain('ampline-api');
      expect((access.exp ?? 0) - (access.iat ?? 0)).toBe(300);
      expect(tokens.expires_in).toBe(300);
      expect(decodeProtectedHeader(tokens.access_token).alg).toBe('RS256');
      expect(decodeJwt(tokens.id_token)).toMatchObject({ iss: client.realm.issuer, sub: userId, aud: 'ampline-console', tenant });
      expect(await realm().verify(tokens.access_token, 'ampline-api')).toMatchObject({ sub: userId });
      expect(await codeOf(realm().verify(tokens.access_token, SERVICES_AUDIENCE))).toBe('grpc.token-invalid');
    });

    it('is logged in once for all that is opened in the same browser', async () => {
      const browser = client.browser();
      await client.logIn(username, PASSWORD, browser);
      const { url, verifier } = client.authorization({ prompt: 'none' });
      const page = await browser.open(url);
      expect((await client.redeem(page.url.searchParams.get('code') ?? '', verifier)).status).toBe(200);
    });

    it('is not logged in by prompt=none', async () => {
      const page = await client.browser().open(client.authorization({ prompt: 'none' }).url);
      expect(page.url.searchParams.get('error')).toBe('login_required');
      expect(page.url.searchParams.get('state')).toBe('some-state');
    });

    it('is asked again after a wrong password', async () => {
      const browser = client.browser();
      const page = await client.enter(browser, client.authorization().url, username, 'not-the-password');
      expect(page.url.searchParams.get('code')).toBeNull();
      const again = await browser.submit(formOf(page), { username, password: PASSWORD });
      expect(again.url.searchParams.get('code')).not.toBeNull();
    });

    it('is known at the userinfo endpoint, until it logs out', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(username, PASSWORD, browser);
      const userinfo = () => fetch(client.endpoint('userinfo'), { headers: { authorization: `Bearer ${tokens.access_token}` } });
      expect(await (await userinfo()).json()).toMatchObject({ sub: userId, preferred_username: username, email, tenant });
      await browser.open(`${client.endpoint('logout')}?${new URLSearchParams({ id_token_hint: tokens.id_token }).toString()}`);
      expect((await userinfo()).status).toBe(401);
      expect((await fetch(client.endpoint('userinfo'))).status).toBe(401);
    });
  });

  describe('an authorization request', () => {
    it.each([
      ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
      ['with the plain method of PKCE', { code_challenge_method: 'plain' }],
      ['for a token instead of a code', { response_type: 'token', nonce: 'n' }],
    ])('%s is refused', async (_, changes) => {
      const page = await client.browser().open(client.authorization(changes).url);
      const answer = new URLSearchParams(page.url.search || page.url.hash.slice(1));
      expect(answer.get('error')).not.toBeNull();
      expect(answer.get('code')).toBeNull();
    });

    it.each([
      ['to a foreign address', { redirect_uri: 'https://evil.example/callback' }],
      ['to an address that begins like ours', { redirect_uri: 'http://127.0.0.1:4000.evil.example/console/callback' }],
      ['to another path', { redirect_uri: 'http://127.0.0.1:4000/elsewhere' }],
      ['of an unknown client', { client_id: 'nobody' }],
      ['of a client that acts for itself', { client_id: 'ampline-accounts' }],
    ])('%s ends on a page of ours', async (_, changes) => {
      const page = await client.browser().open(client.authorization(changes).url);
      expect([400, 401, 403]).toContain(page.status);
      expect(page.url.href.startsWith(client.realm.issuer)).toBe(true);
    });
  });

  describe('a code', () => {
    const code = async () => {
      const { url, verifier } = client.authorization();
      const page = await client.enter(client.browser(), url, username, PASSWORD);
      return { code: page.url.searchParams.get('code') ?? '', verifier };
    };
    const refusal = { status: 400, body: { error: 'invalid_grant' } };

    it('is good once: used twice, all that came of it ends', async () => {
      const { code: once, verifier } = await code();
      const first = await client.redeem(once, verifier);
      expect(first.status).toBe(200);
      expect(await client.redeem(once, verifier)).toMatchObject(refusal);
      expect(await client.refresh(first.body.refresh_token)).toMatchObject(refusal);
    });

    it.each([
      ['with another verifier', { code_verifier: 'x'.repeat(43) }],
      ['for another address', { redirect_uri: 'http://localhost:4000/console/callback' }],
    ])('is refused %s', async (_, changes) => {
      const { code: one, verifier } = await code();
      expect(await client.redeem(one, verifier, changes)).toMatchObject(refusal);
    });
  });

  describe('a refresh token', () => {
    it('gives new tokens, and is replaced each time', async () => {
      const first = await client.logIn(username, PASSWORD);
      const second = await client.refresh(first.refresh_token);
      expect(second.status).toBe(200);
      expect(second.body.refresh_token).not.toBe(first.refresh_token);
      expect(decodeJwt(second.body.access_token)).toMatchObject({ sub: userId, tenant, azp: 'ampline-console' });
      expect((await client.refresh(second.body.refresh_token)).status).toBe(200);
    });

    it('is refused when it comes a second time', async () => {
      const first = await client.logIn(username, PASSWORD);
      const second = await client.refresh(first.refresh_token);
      expect(second.status).toBe(200);
      expect(await client.refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect(await client.refresh(second.body.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    });

    it('can be revoked', async () => {
      const { refresh_token: token } = await client.logIn(username, PASSWORD);
      expect((await client.post('revoke', { token, client_id: 'ampline-console' })).status).toBe(200);
      expect((await client.refresh(token)).status).toBe(400);
    });

    it('is no access token', async () => {
      const { refresh_token: token } = await client.logIn(username, PASSWORD);
      expect(await codeOf(realm().verify(token, 'ampline-api'))).toBe('grpc.token-invalid');
    });
  });

  describe('logging out', () => {
    const logOut = (tokens: Tokens, changes: Record<string, string> = {}) =>
      `${client.endpoint('logout')}?${new URLSearchParams({
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: client.afterLogout,
        state: 'bye',
        ...changes,
      }).toString()}`;

    it('asks nothing, ends the login everywhere and comes back to the console', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(username, PASSWORD, browser);
      const page = await browser.open(logOut(tokens));
      expect(page.url.href).toBe(`${client.afterLogout}?state=bye`);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
      const next = await browser.open(client.authorization({ prompt: 'none' }).url);
      expect(next.url.searchParams.get('error')).toBe('login_required');
    });

    it('comes back to nowhere else', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(username, PASSWORD, browser);
      const page = await browser.open(logOut(tokens, { post_logout_redirect_uri: 'https://evil.example/' }));
      expect(page.status).toBe(400);
    });

    it('is no error when the login has ended already', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(username, PASSWORD, browser);
      await browser.open(logOut(tokens));
      expect((await browser.open(logOut(tokens))).url.href).toBe(`${client.afterLogout}?state=bye`);
    });
  });

  describe('a service', () => {
    it('has tokens of its own, for services alone', async () => {
      const token = await client.serviceToken('ocpp-csms');
      expect(serviceOnly(decodeJwt(token))).toEqual({ azp: 'ampline-ocpp-csms', typ: 'Bearer', services: true });
      expect(decodeJwt(token)).toMatchObject({ realm_access: { roles: expect.arrayContaining(['service']) as unknown } });
      expect(await codeOf(realm().verify(token, SERVICES_AUDIENCE))).toBe('accepted');
      expect(await codeOf(realm().verify(token, 'ampline-api'))).toBe('grpc.token-invalid');
    });

    it('gets them as the platform asks for them', async () => {
      const clientSecret = client.realm.clientSecretOf('api-gateway');
      const monotonicMs = () => performance.now();
      const credentials = realm().clientCredentials({ clientId: 'ampline-api-gateway', clientSecret, monotonicMs });
      const token = await credentials();
      expect(await realm().verify(token, SERVICES_AUDIENCE)).toMatchObject({ azp: 'ampline-api-gateway' });
      expect(await credentials()).toBe(token);
      const wrong = realm().clientCredentials({ clientId: 'ampline-api-gateway', clientSecret: 'wrong', monotonicMs });
      expect(await codeOf(wrong())).toBe('grpc.client-refused');
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
      const tokens = await client.logIn(username, PASSWORD);
      const ask = (token: string) => client.post('token/introspect', { token }, client.basic('api-gateway'));
      expect((await ask(tokens.access_token)).body).toMatchObject({ active: true, sub: userId, azp: 'ampline-console', tenant });
      expect((await ask('nonsense')).body).toEqual({ active: false });
      await client.manage('POST', `/users/${userId}/logout`, await manager());
      expect((await ask(tokens.access_token)).body).toEqual({ active: false });
      expect((await client.post('token/introspect', { token: 'x' })).status).not.toBe(200);
    });
  });

  describe('scripts of the console', () => {
    const origin = () => new URL(client.realm.publicUrl).origin;

    it('may ask for tokens; those of other pages may not', async () => {
      const { refresh_token: token } = await client.logIn(username, PASSWORD);
      const ask = (from: string) =>
        client.post('token', { grant_type: 'refresh_token', client_id: 'ampline-console', refresh_token: token }, { origin: from });
      expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
      const mine = await client.logIn(username, PASSWORD);
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

  describe('the admin API', () => {
    const body = (name: string) => ({ username: `${tenant}/${name}`, email: name, enabled: true, attributes: { tenant: [tenant] } });

    it('knows who asks', async () => {
      const { access_token: person } = await client.logIn(username, PASSWORD);
      const status = async (token: string | undefined) => (await client.manage('GET', '/users', token)).status;
      expect(await status(undefined)).toBe(401);
      expect(await status('nonsense')).toBe(401);
      expect(await status(person)).toBe(403);
      expect(await status(await client.serviceToken('session-export'))).toBe(403);
      expect(await status(await manager())).toBe(200);
    });

    it('makes, shows, changes and removes users', async () => {
      const token = await manager();
      const made = await client.manage('POST', '/users', token, { ...body(`new@${tenant}.example`), firstName: 'New', lastName: 'One' });
      expect(made.status).toBe(201);
      const location = made.headers.get('location') ?? '';
      const id = location.split('/').at(-1) ?? '';
      expect(location).toBe(`${client.realm.admin}/users/${id}`);
      expect((await client.manage('GET', `/users/${id}`, token)).body).toMatchObject({
        id,
        ...body(`new@${tenant}.example`),
        firstName: 'New',
      });

      const change = { ...body(`renamed@${tenant}.example`), firstName: 'Newer', lastName: 'One' };
      expect((await client.manage('PUT', `/users/${id}`, token, change)).status).toBe(204);
      expect((await client.manage('GET', `/users/${id}`, token)).body).toMatchObject(change);

      expect((await client.manage('DELETE', `/users/${id}`, token)).status).toBe(204);
      expect((await client.manage('GET', `/users/${id}`, token)).status).toBe(404);
    });

    it('takes the same user name once, the same e-mail at two tenants', async () => {
      const token = await manager();
      const again = await client.manage<{ errorMessage: string }>('POST', '/users', token, body(email));
      expect(again.status).toBe(409);
      expect(again.body.errorMessage).toMatch(/username/);
      const elsewhere = { ...body(email), username: `${tenant}-b/${email}`, attributes: { tenant: [`${tenant}-b`] } };
      expect((await client.manage('POST', '/users', token, elsewhere)).status).toBe(201);
    });

    it('finds users by name, e-mail and parts of them, page by page', async () => {
      const token = await manager();
      const names = ['ann', 'bob', 'cyd'].map((name) => `${name}@find.${tenant}.example`);
      for (const name of names) await client.manage('POST', '/users', token, body(name));
      const find = async (query: Record<string, string>) => {
        const { body: found } = await client.manage<UserOfRealm[]>('GET', `/users?${new URLSearchParams(query).toString()}`, token);
        return found.map((user) => user.email);
      };
      expect(await find({ username: `${tenant}/${names[0]}`, exact: 'true' })).toEqual([names[0]]);
      expect(await find({ email: names[1] ?? '', exact: 'true' })).toEqual([names[1]]);
      expect(await find({ email: `find.${tenant}`, exact: 'true' })).toEqual([]);
      expect(await find({ search: `find.${tenant}` })).toEqual([]);
      expect(await find({ search: `*find.${tenant}*` })).toEqual(names);
      expect(await find({ email: `find.${tenant}` })).toEqual(names);
      expect(await find({ email: `find.${tenant}`, first: '1', max: '1' })).toEqual([names[1]]);
      const count = await client.manage('GET', `/users/count?email=${encodeURIComponent(`find.${tenant}`)}`, token);
      expect(count.body).toBe(3);
    });

    it('gives and takes roles, and knows which there are', async () => {
      const token = await manager();
      const id = await client.user({ tenant, email: `roles@${tenant}.example`, password: PASSWORD, roles: ['support', 'analyst'] });
      const { body: support } = await client.manage('GET', '/roles/support', token);
      expect(support).toMatchObject({ name: 'support', clientRole: false });
      expect((await client.manage('DELETE', `/users/${id}/role-mappings/realm`, token, [support])).status).toBe(204);
      const { body: left } = await client.manage<{ name: string }[]>('GET', `/users/${id}/role-mappings/realm`, token);
      expect(left.map(({ name }) => name)).toContain('analyst');
      expect(left.map(({ name }) => name)).not.toContain('support');
      const { access_token: access } = await client.logIn(`${tenant}/roles@${tenant}.example`, PASSWORD);
      expect((decodeJwt(access)['realm_access'] as { roles: string[] }).roles).not.toContain('support');
      const { body: all } = await client.manage<{ name: string }[]>('GET', '/roles', token);
      expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['operator', 'tenant-admin', 'platform-admin', 'service']));
      expect((await client.manage('GET', '/roles/nonsense', token)).status).toBe(404);
    });

    it('sets passwords, and ends what was opened with the old one', async () => {
      const token = await manager();
      const id = await client.user({ tenant, email: `pass@${tenant}.example` });
      const reset = (value: string) =>
        client.manage('PUT', `/users/${id}/reset-password`, token, { type: 'password', value, temporary: false });
      expect((await reset('short')).status).toBe(400);
      expect((await reset('another-good-one')).status).toBe(204);
      const tokens = await client.logIn(`${tenant}/pass@${tenant}.example`, 'another-good-one');
      expect(decodeJwt(tokens.access_token).sub).toBe(id);
      expect((await reset('and-yet-another-one')).status).toBe(204);
      // Two calls: a Keycloak leaves logins alone when a password is set.
      expect((await client.manage('POST', `/users/${id}/logout`, token)).status).toBe(204);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
    });

    it('has a temporary password changed at the first login', async () => {
      const name = `${tenant}/temporary@${tenant}.example`;
      await client.user({ tenant, email: `temporary@${tenant}.example`, password: 'from-somebody-else', temporary: true });
      const browser = client.browser();
      const { url, verifier } = client.authorization();
      const page = await client.enter(browser, url, name, 'from-somebody-else');
      const form = formOf(page);
      const fields = Object.keys(form.fields).filter((field) => /password|repeated/.test(field));
      const done = await browser.submit(form, Object.fromEntries(fields.map((field) => [field, 'my-very-own-one'])));
      expect((await client.redeem(done.url.searchParams.get('code') ?? '', verifier)).status).toBe(200);
      expect((await client.logIn(name, 'my-very-own-one')).access_token).toBeTruthy();
    });

    it('ends the logins of a user', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(username, PASSWORD, browser);
      expect((await client.manage('POST', `/users/${userId}/logout`, await manager())).status).toBe(204);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
      const next = await browser.open(client.authorization({ prompt: 'none' }).url);
      expect(next.url.searchParams.get('error')).toBe('login_required');
    });

    it('locks a user out', async () => {
      const token = await manager();
      const name = `${tenant}/leaver@${tenant}.example`;
      const id = await client.user({ tenant, email: `leaver@${tenant}.example`, password: PASSWORD });
      const tokens = await client.logIn(name, PASSWORD);
      const { body: user } = await client.manage<UserOfRealm>('GET', `/users/${id}`, token);
      expect((await client.manage('PUT', `/users/${id}`, token, { ...user, enabled: false })).status).toBe(204);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
      const page = await client.enter(client.browser(), client.authorization().url, name, PASSWORD);
      expect(page.url.searchParams.get('code')).toBeNull();
    });

    it('tells what is wrong with a request', async () => {
      const token = await manager();
      const nobody = randomUUID();
      for (const [method, path] of [
        ['GET', ''],
        ['PUT', ''],
        ['DELETE', ''],
        ['POST', '/logout'],
        ['GET', '/role-mappings/realm'],
      ] as const) {
        const answer = await client.manage(method, `/users/${nobody}${path}`, token, method === 'PUT' ? { enabled: true } : undefined);
        expect([path, answer.status]).toEqual([path, 404]);
        expect(answer.body).toMatchObject({ error: expect.stringMatching(/not found/i) as unknown });
      }
      expect((await client.manage('POST', '/users', token, { enabled: true })).status).toBe(400);
      expect((await client.manage('POST', '/users', token, { ...body(`x@${tenant}.example`), email: 'no e-mail' })).status).toBe(400);
    });
  });
}
