import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { formOf } from './browser.js';
import type { RealmClient } from './realm-client.js';
import { PASSWORD, somePerson, type SuitePerson } from './suite-person.js';

interface UserOfRealm {
  id: string;
  username: string;
  email: string;
  enabled: boolean;
  firstName: string;
  attributes: { tenant: string[] };
}

/** Accounts manages users. */
export function adminSuite(open: () => RealmClient): void {
  let client: RealmClient;
  let person: SuitePerson;

  beforeAll(async () => {
    client = open();
    person = await somePerson(client);
  });

  describe('the admin API', () => {
    let tenant: string;

    beforeAll(() => {
      tenant = person.tenant;
    });

    const body = (name: string) => ({ username: `${tenant}/${name}`, email: name, enabled: true, attributes: { tenant: [tenant] } });

    it('knows who asks', async () => {
      const { access_token: theirs } = await client.logIn(person.username, PASSWORD);
      const status = async (token: string | undefined) => (await client.manage('GET', '/users', token)).status;
      expect(await status(undefined)).toBe(401);
      expect(await status('nonsense')).toBe(401);
      expect(await status(theirs)).toBe(403);
      expect(await status(await client.serviceToken('session-export'))).toBe(403);
      expect(await status(await client.serviceToken('accounts'))).toBe(200);
    });

    it('makes, shows, changes and removes users', async () => {
      const token = await client.serviceToken('accounts');
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

      // What is not named stays.
      expect((await client.manage('PUT', `/users/${id}`, token, { lastName: 'Two' })).status).toBe(204);
      expect((await client.manage('GET', `/users/${id}`, token)).body).toMatchObject({ ...change, lastName: 'Two' });

      expect((await client.manage('DELETE', `/users/${id}`, token)).status).toBe(204);
      expect((await client.manage('GET', `/users/${id}`, token)).status).toBe(404);
    });

    it('takes the same user name once, the same e-mail at two tenants', async () => {
      const token = await client.serviceToken('accounts');
      const again = await client.manage<{ errorMessage: string }>('POST', '/users', token, body(person.email));
      expect(again.status).toBe(409);
      expect(again.body.errorMessage).toMatch(/username/);
      const elsewhere = { ...body(person.email), username: `${tenant}-b/${person.email}`, attributes: { tenant: [`${tenant}-b`] } };
      expect((await client.manage('POST', '/users', token, elsewhere)).status).toBe(201);
    });

    it('finds users by name, e-mail and parts of them, page by page', async () => {
      const token = await client.serviceToken('accounts');
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
      const token = await client.serviceToken('accounts');
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
      const token = await client.serviceToken('accounts');
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
      const tokens = await client.logIn(person.username, PASSWORD, browser);
      expect((await client.manage('POST', `/users/${person.id}/logout`, await client.serviceToken('accounts'))).status).toBe(204);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(400);
      const next = await browser.open(client.authorization({ prompt: 'none' }).url);
      expect(next.url.searchParams.get('error')).toBe('login_required');
    });

    it('locks a user out', async () => {
      const token = await client.serviceToken('accounts');
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
      const token = await client.serviceToken('accounts');
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
