import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { ROLES } from '@ampline/platform-grpc';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';

/** How the provider misbehaves, once: for the next request whose method and path match. A function: what happens before it answers. */
export interface Trouble {
  match: RegExp;
  /** `after`: does it, and fails nevertheless. */
  how: 'error' | 'silence' | 'garbage' | 'unauthorised' | 'after' | (() => Promise<unknown>);
}

export interface StandInUser {
  id: string;
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  enabled: boolean;
  attributes: Record<string, string[]>;
  password?: string;
  roles: string[];
  /** How often all its sessions were ended. */
  loggedOut: number;
}

const REALM = '/realms/ampline';
const ADMIN = `/admin${REALM}`;
const ADMIN_TOKEN = 'token-of-ampline-accounts';

/** The part of Keycloak that accounts talks to, strict about what it is asked, and troublesome on demand. Signs people's tokens too. */
export class KeycloakStandIn {
  readonly users = new Map<string, StandInUser>();
  readonly requests: string[] = [];
  private troubles: Trouble[] = [];

  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
    private readonly jwk: JWK,
  ) {}

  static async start(): Promise<KeycloakStandIn> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'stand-in', alg: 'RS256', use: 'sig' };
    const server = createServer();
    const standIn = new KeycloakStandIn(server, privateKey, jwk);
    server.on('request', (request, response) => void standIn.serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  next(match: RegExp, how: Trouble['how']): void {
    this.troubles.push({ match, how });
  }

  /** An access token as a person gets it; `claims` replaces any of them. */
  accessToken(claims: JWTPayload = {}, o: { expiresInS?: number; key?: CryptoKey } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const { iss, aud, iat, exp } = {
      iss: `${this.url}${REALM}`,
      aud: 'ampline-api',
      iat: now,
      exp: now + (o.expiresInS ?? 600),
    };
    return new SignJWT({ typ: 'Bearer', azp: 'ampline-console', iss, aud, iat, exp, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'stand-in' })
      .sign(o.key ?? this.key);
  }

  named(username: string): StandInUser | undefined {
    return [...this.users.values()].find((user) => user.username === username);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const what = `${request.method} ${url.pathname.replace(ADMIN, '')}`;
    const body = await bodyOf(request);
    this.requests.push(what);
    const trouble = this.take(what);
    if (typeof trouble === 'function') await trouble();
    if (trouble === 'silence') return;
    if (trouble === 'error') return void response.writeHead(500).end('{"error":"unknown_error"}');
    if (trouble === 'garbage') return void response.writeHead(200).end('<html>not what you asked</html>');
    if (trouble === 'unauthorised') return void response.writeHead(401).end();
    const answer = this.answer(request, url, body);
    if (trouble === 'after') return void response.writeHead(502).end();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  private take(what: string): Trouble['how'] | undefined {
    const trouble = this.troubles.find(({ match }) => match.test(what));
    this.troubles = this.troubles.filter((one) => one !== trouble);
    return trouble?.how;
  }

  private answer(request: IncomingMessage, url: URL, body: unknown): Answer {
    if (url.pathname === `${REALM}/protocol/openid-connect/certs`) return { status: 200, body: { keys: [this.jwk] } };
    if (url.pathname === `${REALM}/protocol/openid-connect/token`)
      return { status: 200, body: { access_token: ADMIN_TOKEN, expires_in: 300 } };
    if (request.headers.authorization !== `Bearer ${ADMIN_TOKEN}`) return { status: 401 };
    const [, root, id, ...rest] = url.pathname.replace(ADMIN, '').split('/');
    const key = [request.method, root, id === undefined ? '' : ':id', ...rest].filter((part) => part !== '').join(' ');
    if (key === 'GET roles') return { status: 200, body: ROLES.map(roleOf) };
    if (key === 'GET users') return this.find(url);
    if (key === 'POST users') return this.create(body as Partial<StandInUser>);
    const user = this.users.get(decodeURIComponent(id ?? ''));
    if (!user) return { status: 404, body: { error: 'User not found' } };
    return this.ofUser(key, user, body);
  }

  private find(url: URL): Answer {
    if (url.searchParams.get('exact') !== 'true') return { status: 400 };
    const user = this.named(url.searchParams.get('username') ?? '');
    return { status: 200, body: user ? [shown(user)] : [] };
  }

  private create(wanted: Partial<StandInUser>): Answer {
    if (!wanted.username || wanted.username !== wanted.username.toLowerCase()) return { status: 400 };
    if (this.named(wanted.username)) return { status: 409, body: { errorMessage: 'User exists with same username' } };
    const id = randomUUID();
    this.users.set(id, { ...(wanted as StandInUser), id, roles: [], loggedOut: 0 });
    return { status: 201, headers: { location: `${this.url}${ADMIN}/users/${id}` } };
  }

  private ofUser(key: string, user: StandInUser, body: unknown): Answer {
    const given = body as { name: string }[];
    switch (key) {
      case 'GET users :id':
        return { status: 200, body: shown(user) };
      case 'PUT users :id':
        Object.assign(user, body as object, { id: user.id });
        return { status: 204 };
      case 'DELETE users :id':
        this.users.delete(user.id);
        return { status: 204 };
      case 'PUT users :id reset-password':
        // As a realm with a password policy.
        if ((body as { value: string }).value.includes('list'))
          return { status: 400, body: { error: 'invalidPasswordBlacklistedMessage' } };
        user.password = (body as { value: string }).value;
        return { status: 204 };
      case 'POST users :id logout':
        user.loggedOut += 1;
        return { status: 204 };
      case 'GET users :id role-mappings realm':
        return { status: 200, body: [...user.roles, 'default-roles-ampline'].map(roleOf) };
      case 'POST users :id role-mappings realm':
        user.roles = [...new Set([...user.roles, ...given.map(({ name }) => name)])];
        return { status: 204 };
      case 'DELETE users :id role-mappings realm':
        user.roles = user.roles.filter((role) => !given.some(({ name }) => name === role));
        return { status: 204 };
      default:
        return { status: 405 };
    }
  }
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const roleOf = (name: string) => ({ id: `id-of-${name}`, name });

function shown({ password: _password, roles: _roles, loggedOut: _loggedOut, ...user }: StandInUser) {
  return user;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
}
