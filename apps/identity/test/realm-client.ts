import { createHash, randomBytes } from 'node:crypto';
import { Browser, formOf, type Page } from './browser.js';

/** A realm under test, the embedded provider's or a Keycloak's: all that a test knows of it. */
export interface TestedRealm {
  issuer: string;
  /** Base of the admin API: `…/admin/realms/<realm>`. */
  admin: string;
  /** Where the web applications are, without a slash at the end. */
  publicUrl: string;
  /** Secret of a service's client. */
  clientSecretOf(service: string): string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
  expires_in: number;
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** What clients do with a realm: through its public protocol alone. */
export class RealmClient {
  readonly redirectUri: string;
  readonly afterLogout: string;

  constructor(readonly realm: TestedRealm) {
    this.redirectUri = `${realm.publicUrl}/console/callback`;
    this.afterLogout = `${realm.publicUrl}/console/`;
  }

  browser(): Browser {
    return new Browser(this.realm.publicUrl);
  }

  endpoint(name: string): string {
    return `${this.realm.issuer}/protocol/openid-connect/${name}`;
  }

  async post<T = Record<string, unknown>>(
    name: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.endpoint(name), { method: 'POST', body: new URLSearchParams(fields), headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as T };
  }

  basic(service: string, secret = this.realm.clientSecretOf(service)): Record<string, string> {
    return { authorization: `Basic ${Buffer.from(`ampline-${service}:${secret}`).toString('base64')}` };
  }

  /** A service's own token. */
  async serviceToken(service: string): Promise<string> {
    const { body } = await this.post<Tokens>('token', { grant_type: 'client_credentials' }, this.basic(service));
    return body.access_token;
  }

  /** The address of the login, and what proves at the end that the code is one's own. */
  authorization(changes: Record<string, string | undefined> = {}): { url: string; verifier: string } {
    const verifier = randomBytes(32).toString('base64url');
    const params = {
      client_id: 'ampline-console',
      response_type: 'code',
      scope: 'openid profile email',
      redirect_uri: this.redirectUri,
      state: 'some-state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { url: `${this.endpoint('auth')}?${new URLSearchParams(given).toString()}`, verifier };
  }

  /** Through the login page with a name and a password: where the browser ends up. */
  async enter(browser: Browser, url: string, username: string, password: string): Promise<Page> {
    const page = await browser.open(url);
    return page.status === 0 ? page : browser.submit(formOf(page), { username, password });
  }

  redeem<T = Tokens>(code: string, verifier: string, changes: Record<string, string> = {}): Promise<Answer<T>> {
    return this.post('token', {
      grant_type: 'authorization_code',
      client_id: 'ampline-console',
      code,
      redirect_uri: this.redirectUri,
      code_verifier: verifier,
      ...changes,
    });
  }

  /** A whole login at the console. */
  async logIn(username: string, password: string, browser = this.browser()): Promise<Tokens> {
    const { url, verifier } = this.authorization();
    const page = await this.enter(browser, url, username, password);
    const code = page.url.searchParams.get('code');
    if (code === null) throw new Error(`no code at ${page.url.pathname} (${page.status})`);
    const { status, body } = await this.redeem(code, verifier);
    if (status !== 200) throw new Error(`the code was refused: ${JSON.stringify(body)}`);
    return body;
  }

  refresh<T = Tokens>(refreshToken: string, client = 'ampline-console'): Promise<Answer<T>> {
    return this.post('token', { grant_type: 'refresh_token', client_id: client, refresh_token: refreshToken });
  }

  /** The admin API as `token` may use it. */
  async manage<T = unknown>(method: string, path: string, token: string | undefined, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${this.realm.admin}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: (json && text !== '' ? JSON.parse(text) : text) as T };
  }

  /** A new user; returns its id. */
  async user(o: {
    tenant: string;
    email: string;
    password?: string;
    roles?: string[];
    temporary?: boolean;
    name?: [string, string];
  }): Promise<string> {
    const token = await this.serviceToken('accounts');
    const created = await this.manage('POST', '/users', token, {
      username: `${o.tenant}/${o.email}`,
      email: o.email,
      emailVerified: true,
      enabled: true,
      firstName: o.name?.[0] ?? 'Alex',
      lastName: o.name?.[1] ?? 'Sample',
      attributes: { tenant: [o.tenant] },
      ...(o.password !== undefined && { credentials: [{ type: 'password', value: o.password, temporary: o.temporary ?? false }] }),
    });
    const id = created.headers.get('location')?.split('/').at(-1);
    if (created.status !== 201 || id === undefined) throw new Error(`user not created: ${created.status} ${JSON.stringify(created.body)}`);
    const roles = await Promise.all((o.roles ?? []).map(async (role) => (await this.manage('GET', `/roles/${role}`, token)).body));
    if (roles.length > 0) await this.manage('POST', `/users/${id}/role-mappings/realm`, token, roles);
    return id;
  }
}
