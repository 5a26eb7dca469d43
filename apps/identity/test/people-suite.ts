import { SERVICES_AUDIENCE } from '@ampline/platform-grpc';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { formOf } from './browser.js';
import type { RealmClient, Tokens } from './realm-client.js';
import { outcome, PASSWORD, realmOf, somePerson, type SuitePerson } from './suite-person.js';

/** People log in, stay logged in and log out. */
export function peopleSuite(open: () => RealmClient): void {
  let client: RealmClient;
  let person: SuitePerson;

  beforeAll(async () => {
    client = open();
    person = await somePerson(client);
  });

  describe('a person at the console', () => {
    it('gets tokens that say who it is, for the API alone', async () => {
      const tokens = await client.logIn(person.username, PASSWORD);
      const access = decodeJwt(tokens.access_token);
      expect(access).toMatchObject({
        iss: client.realm.issuer,
        sub: person.id,
        typ: 'Bearer',
        azp: 'ampline-console',
        preferred_username: person.username,
        email: person.email,
        name: 'Olga Operator',
        tenant: person.tenant,
        realm_access: { roles: expect.arrayContaining(['operator']) as unknown },
      });
      expect([access.aud].flat()).toContain('ampline-api');
      expect((access.exp ?? 0) - (access.iat ?? 0)).toBe(300);
      expect(tokens.expires_in).toBe(300);
      expect(decodeProtectedHeader(tokens.access_token).alg).toBe('RS256');
      expect(decodeJwt(tokens.id_token)).toMatchObject({
        iss: client.realm.issuer,
        sub: person.id,
        aud: 'ampline-console',
        tenant: person.tenant,
      });
      expect(await realmOf(client).verify(tokens.access_token, 'ampline-api')).toMatchObject({ sub: person.id });
      expect(await outcome(realmOf(client).verify(tokens.access_token, SERVICES_AUDIENCE))).toBe('grpc.token-invalid');
    });

    it('is logged in once for all that is opened in the same browser', async () => {
      const browser = client.browser();
      await client.logIn(person.username, PASSWORD, browser);
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
      const page = await client.enter(browser, client.authorization().url, person.username, 'not-the-password');
      expect(page.url.searchParams.get('code')).toBeNull();
      const again = await browser.submit(formOf(page), { username: person.username, password: PASSWORD });
      expect(again.url.searchParams.get('code')).not.toBeNull();
    });

    it('is known at the userinfo endpoint, until it logs out', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(person.username, PASSWORD, browser);
      const userinfo = () => fetch(client.endpoint('userinfo'), { headers: { authorization: `Bearer ${tokens.access_token}` } });
      expect(await (await userinfo()).json()).toMatchObject({
        sub: person.id,
        preferred_username: person.username,
        email: person.email,
        tenant: person.tenant,
      });
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
      const page = await client.enter(client.browser(), url, person.username, PASSWORD);
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
      const first = await client.logIn(person.username, PASSWORD);
      const second = await client.refresh(first.refresh_token);
      expect(second.status).toBe(200);
      expect(second.body.refresh_token).not.toBe(first.refresh_token);
      expect(decodeJwt(second.body.access_token)).toMatchObject({ sub: person.id, tenant: person.tenant, azp: 'ampline-console' });
      expect((await client.refresh(second.body.refresh_token)).status).toBe(200);
    });

    it('is refused when it comes a second time', async () => {
      const first = await client.logIn(person.username, PASSWORD);
      const second = await client.refresh(first.refresh_token);
      expect(second.status).toBe(200);
      expect(await client.refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect(await client.refresh(second.body.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    });

    it('can be revoked', async () => {
      const { refresh_token: token } = await client.logIn(person.username, PASSWORD);
      expect((await client.post('revoke', { token, client_id: 'ampline-console' })).status).toBe(200);
      expect((await client.refresh(token)).status).toBe(400);
    });

    it('is no access token', async () => {
      const { refresh_token: token } = await client.logIn(person.username, PASSWORD);
      expect(await outcome(realmOf(client).verify(token, 'ampline-api'))).toBe('grpc.token-invalid');
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
      const tokens = await client.logIn(person.username, PASSWORD, browser);
      const page = await browser.open(logOut(tokens));
      expect(page.url.href).toBe(`${client.afterLogout}?state=bye`);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
      const next = await browser.open(client.authorization({ prompt: 'none' }).url);
      expect(next.url.searchParams.get('error')).toBe('login_required');
    });

    it('comes back to nowhere else', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(person.username, PASSWORD, browser);
      const page = await browser.open(logOut(tokens, { post_logout_redirect_uri: 'https://evil.example/' }));
      expect(page.status).toBe(400);
    });

    it('is no error when the login has ended already', async () => {
      const browser = client.browser();
      const tokens = await client.logIn(person.username, PASSWORD, browser);
      await browser.open(logOut(tokens));
      expect((await browser.open(logOut(tokens))).url.href).toBe(`${client.afterLogout}?state=bye`);
    });
  });
}
