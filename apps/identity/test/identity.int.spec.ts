import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { rlsReport, roleReport } from '@ampline/platform-postgres';
import { derivedPassword, startServices } from '@ampline/platform-runner';
import { freePort } from '@ampline/platform-testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Client as Postgres } from 'pg';
import { identityService } from '../src/index.js';
import { formOf, type Page } from './browser.js';
import type { RealmClient } from './realm-client.js';
import { RunningIdentity, SECRET } from './running-identity.js';

const PASSWORD = 'a-good-password';
const refused = { status: 400, body: { error: 'invalid_grant' } };

describe('the login page', () => {
  let identity: RunningIdentity;
  let client: RealmClient;

  beforeAll(async () => {
    identity = await RunningIdentity.start({ IDENTITY_PROXY_HOPS: '1', IDENTITY_USER_FAILURES: '3', IDENTITY_ADDRESS_FAILURES: '6' });
    client = identity.client();
    await client.user({ tenant: 'demo', email: 'one@demo.example', password: PASSWORD });
    await client.user({ tenant: 'demo', email: 'both@example.com', password: PASSWORD });
    await client.user({ tenant: 'other', email: 'both@example.com', password: PASSWORD });
  });

  afterAll(async () => {
    await identity.stop();
  });

  const attempt = async (username: string, password: string, address = '192.0.2.1'): Promise<Page> => {
    const browser = client.browser();
    const form = formOf(await browser.open(client.authorization().url));
    const body = new URLSearchParams({ ...form.fields, username, password });
    return browser.open(form.action, { method: 'POST', body, headers: { 'x-forwarded-for': `10.0.0.1, ${address}` } });
  };
  const loggedIn = (page: Page) => page.url.searchParams.has('code');
  const alertOf = (page: Page) => /role="alert"[^>]*>([^<]*)</.exec(page.text)?.[1];

  it('shows nothing of elsewhere, may not be framed, and its form may end at the console', async () => {
    const page = await client.browser().open(client.authorization().url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`frame-ancestors 'none'`);
    const style = /<style>(.*)<\/style>/s.exec(page.text)?.[1] ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain(`form-action 'self' http://127.0.0.1:4000 http://localhost:4000`);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.text).not.toContain('<script');
    expect(page.headers.has('x-powered-by')).toBe(false);
  });

  it.each([
    ['en', undefined, 'fr, en-GB;q=0.8, de;q=0.5'],
    ['de', undefined, 'de-AT'],
    ['de', 'de en', 'en'],
    ['en', undefined, 'fr'],
  ])('speaks %s (ui_locales %s, browser %s)', async (language, uiLocales, accepted) => {
    const browser = client.browser();
    const page = await browser.open(client.authorization({ ui_locales: uiLocales }).url, { headers: { 'accept-language': accepted } });
    const again = await browser.open(page.url, { headers: { 'accept-language': accepted } });
    expect(again.text).toContain(`<html lang="${language}">`);
  });

  it('takes the e-mail alone where it is one user’s, and asks for the company where it is not', async () => {
    expect(loggedIn(await attempt('ONE@demo.example ', PASSWORD))).toBe(true);
    const asked = await attempt('both@example.com', PASSWORD);
    expect(loggedIn(asked)).toBe(false);
    expect(alertOf(asked)).toContain('demo/name@example.com');
    expect(loggedIn(await attempt('other/both@example.com', PASSWORD))).toBe(true);
  });

  it('says the same whatever was wrong', async () => {
    const answers = [
      await attempt('demo/one@demo.example', 'wrong', '192.0.2.20'),
      await attempt('demo/nobody@demo.example', PASSWORD, '192.0.2.20'),
      await attempt('both@example.com', 'wrong', '192.0.2.20'),
    ];
    expect(new Set(answers.map(alertOf)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('escapes what was typed', async () => {
    const page = await attempt('"><script>alert(1)</script>', 'wrong', '192.0.2.21');
    expect(page.text).not.toContain('<script');
    expect(formOf(page).fields['username']).toBe('"><script>alert(1)</script>');
  });

  it('is no good in another browser, nor without the proof of its form', async () => {
    const browser = client.browser();
    const form = formOf(await browser.open(client.authorization().url));
    const other = await client.browser().submit(form, { username: 'demo/one@demo.example', password: PASSWORD });
    expect([other.status, loggedIn(other)]).toEqual([400, false]);
    const forged = await browser.submit({ ...form, fields: {} }, { username: 'demo/one@demo.example', password: PASSWORD });
    expect([forged.status, loggedIn(forged)]).toEqual([400, false]);
  });

  it('locks a user after too many wrong passwords, for the right one as well, from wherever', async () => {
    await client.user({ tenant: 'demo', email: 'guessed@demo.example', password: PASSWORD });
    // At the same time: an attempt is counted before its password is looked at.
    const guesses = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((guess, i) => attempt('demo/guessed@demo.example', guess, `192.0.2.3${i}`)),
    );
    const right = await attempt('demo/guessed@demo.example', PASSWORD, '192.0.2.40');
    expect(loggedIn(right)).toBe(false);
    expect(alertOf(right)).toBe(alertOf(guesses[0] as Page));
    expect(loggedIn(await attempt('demo/one@demo.example', PASSWORD, '192.0.2.40'))).toBe(true);
    const password = await client.post('token', {
      grant_type: 'password',
      client_id: 'ampline-cli',
      username: 'demo/guessed@demo.example',
      password: PASSWORD,
    });
    expect(password).toMatchObject(refused);

    const admin = new Postgres({ connectionString: identity.database.adminUrl });
    await admin.connect();
    await admin.query(`UPDATE identity.login_failure SET locked_until = now() - interval '1 second'`);
    await admin.end();
    expect(loggedIn(await attempt('demo/guessed@demo.example', PASSWORD, '192.0.2.40'))).toBe(true);
    expect(loggedIn(await attempt('demo/guessed@demo.example', PASSWORD, '192.0.2.40'))).toBe(true);
  });

  it('locks an address that guesses at many users', async () => {
    for (let i = 0; i < 7; i++) await attempt(`demo/victim-${i}@demo.example`, 'a-common-one', '198.51.100.7');
    expect(loggedIn(await attempt('demo/one@demo.example', PASSWORD, '198.51.100.7'))).toBe(false);
    expect(loggedIn(await attempt('demo/one@demo.example', PASSWORD, '198.51.100.8'))).toBe(true);
  });

  it('asks before a logout that nobody proves to be wanted', async () => {
    const browser = client.browser();
    const tokens = await client.logIn('demo/one@demo.example', PASSWORD, browser);
    const page = await browser.open(client.endpoint('logout'));
    expect(page.status).toBe(200);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    const done = await browser.submit(formOf(page));
    expect(done.text).toContain('You are logged out');
    expect((await browser.open(client.authorization({ prompt: 'none' }).url)).url.searchParams.get('error')).toBe('login_required');
  });

  it('looks the same when something is wrong, and tells no inner workings', async () => {
    const page = await client.browser().open(client.authorization({ redirect_uri: 'https://evil.example/' }).url);
    expect(page.text).toContain('<title>That did not work');
    expect(page.text).toContain('<code>invalid_redirect_uri</code>');
    expect(page.text).not.toMatch(/\bat \S+:\d+/);
    const elsewhere = await fetch(client.realm.issuer.replace('/ampline', '/master') + '/protocol/openid-connect/certs');
    expect([elsewhere.status, await elsewhere.json()]).toEqual([404, { error: 'Realm does not exist' }]);
  });

  it.each([
    ['is no JSON', 'application/json', '{', 400],
    ['is too large', 'application/json', JSON.stringify({ username: 'x'.repeat(40_000) }), 413],
  ])('refuses a body that %s', async (_, type, body, status) => {
    const authorization = `Bearer ${await client.serviceToken('accounts')}`;
    const answer = await fetch(`${client.realm.admin}/users`, { method: 'POST', headers: { authorization, 'content-type': type }, body });
    expect([answer.status, await answer.json()]).toEqual([status, { error: `HTTP ${status}` }]);
  });

  it('leaves no password, token or e-mail in the logs, and counts', async () => {
    const { refresh_token: token } = await client.logIn('demo/one@demo.example', PASSWORD);
    const logs = JSON.stringify(identity.telemetry.lines);
    expect(logs).toContain('identity.login');
    for (const secret of [PASSWORD, token, 'demo.example', 'eyJ']) expect(logs).not.toContain(secret);
    const metrics = await identity.telemetry.metricsText();
    expect(metrics).toMatch(/identity_logins_total\{[^}]*outcome="wrong"[^}]*\} \d/);
    expect(metrics).toMatch(/identity_tokens_total\{[^}]*grant="authorization_code"[^}]*outcome="issued"/);
  });
});

describe('several replicas and restarts', () => {
  let identity: RunningIdentity;
  let client: RealmClient;
  let second: RealmClient;
  let id: string;

  beforeAll(async () => {
    identity = await RunningIdentity.start();
    const port = await freePort();
    await identity.startReplica(port);
    client = identity.client();
    second = identity.client(port);
    id = await client.user({ tenant: 'demo', email: 'one@demo.example', password: PASSWORD, roles: ['operator'] });
  });

  afterAll(async () => {
    await identity.stop();
  });

  it('sign with the same keys, under the same name', async () => {
    const certs = await Promise.all([client, second].map(async (one) => (await fetch(one.endpoint('certs'))).json()));
    expect(certs[0]).toEqual(certs[1]);
    expect(decodeJwt(await second.serviceToken('accounts')).iss).toBe(client.realm.issuer);
  });

  it('take each other’s codes and refresh tokens', async () => {
    const { url, verifier } = client.authorization();
    const page = await client.enter(client.browser(), url, 'demo/one@demo.example', PASSWORD);
    const tokens = await second.redeem(page.url.searchParams.get('code') ?? '', verifier);
    expect(tokens.status).toBe(200);
    expect((await client.refresh(tokens.body.refresh_token)).status).toBe(200);
  });

  it('give a code or a refresh token away once, however many ask at the same time, and then end the login', async () => {
    const { refresh_token: token } = await client.logIn('demo/one@demo.example', PASSWORD);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 ? client : second).refresh(token)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { body } of won) expect(await client.refresh(body.refresh_token)).toMatchObject(refused);
  });

  it('keep logins and keys when all of them start anew', async () => {
    const browser = client.browser();
    const tokens = await client.logIn('demo/one@demo.example', PASSWORD, browser);
    await identity.stopReplicas();
    await identity.startReplica(identity.port);
    const { url, verifier } = client.authorization({ prompt: 'none' });
    const page = await browser.open(url);
    expect((await client.redeem(page.url.searchParams.get('code') ?? '', verifier)).status).toBe(200);
    const renewed = await client.refresh(tokens.refresh_token);
    expect(decodeProtectedHeader(renewed.body.access_token).kid).toBe(decodeProtectedHeader(tokens.access_token).kid);
  });

  it('keep logins when they are killed', async () => {
    await identity.stopReplicas();
    const doomed = await identity.program();
    const tokens = await client.logIn('demo/one@demo.example', PASSWORD);
    doomed.kill('SIGKILL');
    await doomed.wait();
    await identity.startReplica(identity.port);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('end the logins of a user whose password is changed', async () => {
    const tokens = await client.logIn('demo/one@demo.example', PASSWORD);
    const token = await client.serviceToken('accounts');
    await client.manage('PUT', `/users/${id}/reset-password`, token, { type: 'password', value: `${PASSWORD}-2`, temporary: false });
    expect(await client.refresh(tokens.refresh_token)).toMatchObject(refused);
  });

  it('sign with the newest key that is old enough to be known, and publish all', async () => {
    const admin = new Postgres({ connectionString: identity.database.adminUrl });
    await admin.connect();
    await admin.query(
      `UPDATE identity.signing_key SET created_at = created_at - interval '91 days', active_at = active_at - interval '91 days'`,
    );
    const kidOf = async () => decodeProtectedHeader(await client.serviceToken('accounts')).kid;
    const restart = async () => {
      await identity.stopReplicas();
      await identity.startReplica(identity.port);
    };
    const old = await kidOf();
    await restart();
    const { keys } = (await (await fetch(client.endpoint('certs'))).json()) as { keys: unknown[] };
    expect(keys.length).toBe(2);
    expect(await kidOf()).toBe(old);
    await admin.query(`UPDATE identity.signing_key SET active_at = now() - interval '1 second' WHERE active_at > now()`);
    await restart();
    expect(await kidOf()).not.toBe(old);
    await admin.end();
  });
});

describe('the service', () => {
  let identity: RunningIdentity;

  beforeAll(async () => {
    identity = await RunningIdentity.start({ IDENTITY_DEMO_CLIENT: 'false' });
  });

  afterAll(async () => {
    await identity.stop();
  });

  const startWith = async (changes: Record<string, string | undefined>): Promise<string> => {
    try {
      await startServices([identityService], { ...identity.env, IDENTITY_PORT: '0', ...changes }, { telemetry: () => identity.telemetry });
      return 'started';
    } catch (error) {
      if (AppError.is(error)) return error.code;
      throw error;
    }
  };

  it('does not start without knowing where it is reached, nor with keys that it cannot read', async () => {
    expect(await startWith({ AMPLINE_KEYCLOAK_URL: undefined })).toBe('identity.realm-missing');
    const password = (role: string) => derivedPassword(SECRET, `postgres:identity_${role}`);
    const other = {
      AMPLINE_SECRET: 'another-secret-of-at-least-32-characters',
      IDENTITY_DATABASE_APP_PASSWORD: password('app'),
      IDENTITY_DATABASE_WORKER_PASSWORD: password('worker'),
    };
    expect(await startWith(other)).toBe('identity.keys-unreadable');
  });

  it('has no client that takes passwords unless it is told to', async () => {
    const client = identity.client();
    await client.user({ tenant: 'demo', email: 'one@demo.example', password: PASSWORD });
    const answer = await client.post('token', {
      grant_type: 'password',
      client_id: 'ampline-cli',
      username: 'demo/one@demo.example',
      password: PASSWORD,
    });
    expect(answer.body).toMatchObject({ error: 'invalid_client' });
  });

  it('keeps its tables from everybody else, and no secret in plain text', async () => {
    expect(await rlsReport(identity.database.adminUrl, ['identity'])).toEqual([]);
    for (const role of ['identity_app', 'identity_worker']) {
      expect(await roleReport(identity.database.urlFor(role, derivedPassword(SECRET, `postgres:${role}`)))).toEqual([]);
    }
    const client = identity.client();
    const tokens = await client.logIn('demo/one@demo.example', PASSWORD);
    const admin = new Postgres({ connectionString: identity.database.adminUrl });
    await admin.connect();
    const { rows } = await admin.query<{ text: string }>(`
      SELECT r::text AS text FROM identity.provider_record r UNION ALL SELECT u::text FROM identity.realm_user u
      UNION ALL SELECT k::text FROM identity.signing_key k`);
    await admin.end();
    const stored = rows.map(({ text }) => text).join('\n');
    for (const secret of [tokens.refresh_token, PASSWORD, 'PRIVATE KEY', '"d":']) expect(stored).not.toContain(secret);
    const app = new Postgres({
      connectionString: identity.database.urlFor('identity_app', derivedPassword(SECRET, 'postgres:identity_app')),
    });
    await app.connect();
    await expect(app.query('SELECT * FROM identity.realm_user')).rejects.toMatchObject({ code: '42501' });
    await app.end();
  });

  it('gives a password for a token where it is told to, with a refresh token', async () => {
    const demo = await RunningIdentity.start();
    try {
      const client = demo.client();
      await client.user({ tenant: 'demo', email: 'one@demo.example', password: PASSWORD, roles: ['operator'] });
      const ask = (password: string) =>
        client.post<{ access_token: string; refresh_token: string }>('token', {
          grant_type: 'password',
          client_id: 'ampline-cli',
          username: 'demo/one@demo.example',
          password,
        });
      const { body } = await ask(PASSWORD);
      expect(decodeJwt(body.access_token)).toMatchObject({
        azp: 'ampline-cli',
        aud: 'ampline-api',
        tenant: 'demo',
        realm_access: { roles: ['operator'] },
      });
      expect((await client.refresh(body.refresh_token, 'ampline-cli')).status).toBe(200);
      expect(await client.refresh(body.refresh_token, 'ampline-cli')).toMatchObject(refused);
      expect(await ask('wrong')).toMatchObject(refused);
    } finally {
      await demo.stop();
    }
  });
});
