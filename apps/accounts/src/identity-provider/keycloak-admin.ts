import type { Role } from '@ampline/platform-grpc';
import { z } from 'zod';
import { accountsErrors } from '../errors.js';
import { PEOPLES_ROLES } from '../users/user-roles.js';
import { IdentityProvider, type ProviderProfile } from './identity-provider.js';

const TIMEOUT_MS = 5_000;

const usersAnswer = z.array(z.object({ id: z.string().min(1), username: z.string() }));
const rolesAnswer = z.array(z.object({ id: z.string().min(1), name: z.string() }));

interface Answer {
  status: number;
  location: string | undefined;
  /** Undefined without a body. */
  body: unknown;
}

interface Sent {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `…/admin/realms/<realm>`. */
  path: string;
  body?: unknown;
  /** Statuses that are no failure, beside 2xx. */
  expect?: readonly number[];
}

/** The admin REST API of Keycloak, or of the embedded provider with the same paths (https://www.keycloak.org/docs-api/latest/rest-api). */
export class KeycloakAdmin extends IdentityProvider {
  /** `endpoint`: `…/admin/realms/<realm>`; undefined where the installation has no realm. */
  constructor(
    private readonly endpoint: string | undefined,
    private readonly token: () => Promise<string>,
    private readonly timeoutMs: number = TIMEOUT_MS,
  ) {
    super();
  }

  async ensureUser(profile: ProviderProfile): Promise<string> {
    const made = await this.send({ method: 'POST', path: '/users', body: representation(profile), expect: [409] });
    const subject = made.status === 409 ? undefined : made.location?.split('/').at(-1);
    if (subject) return decodeURIComponent(subject);
    const known = await this.find(profile.username);
    // The name is free, and yet it is taken: the realm forbids something else about the user, such as an e-mail address used twice.
    if (known === undefined) throw accountsErrors.identityProviderRefused({ status: made.status });
    await this.updateUser(known, profile);
    return known;
  }

  async updateUser(subject: string, profile: ProviderProfile): Promise<boolean> {
    const { status } = await this.send({ method: 'PUT', path: userPath(subject), body: representation(profile), expect: [404] });
    return status !== 404;
  }

  async setRoles(subject: string, roles: readonly Role[]): Promise<void> {
    const path = `${userPath(subject)}/role-mappings/realm`;
    const held = read(rolesAnswer, await this.send({ method: 'GET', path }));
    const surplus = held.filter(({ name }) => PEOPLES_ROLES.some((role) => role === name) && !roles.some((role) => role === name));
    const missing = roles.filter((role) => !held.some(({ name }) => name === role));
    if (surplus.length > 0) await this.send({ method: 'DELETE', path, body: surplus });
    if (missing.length === 0) return;
    const known = read(rolesAnswer, await this.send({ method: 'GET', path: '/roles' }));
    const given = known.filter(({ name }) => missing.some((role) => role === name));
    if (given.length < missing.length) throw accountsErrors.identityProviderRefused({ rolesMissing: missing });
    await this.send({ method: 'POST', path, body: given });
  }

  async setPassword(subject: string, password: string): Promise<void> {
    const body = { type: 'password', value: password, temporary: false };
    await this.send({ method: 'PUT', path: `${userPath(subject)}/reset-password`, body });
  }

  async endSessions(subject: string): Promise<void> {
    await this.send({ method: 'POST', path: `${userPath(subject)}/logout`, expect: [404] });
  }

  async deleteUser(subject: string): Promise<void> {
    await this.send({ method: 'DELETE', path: userPath(subject), expect: [404] });
  }

  /** Keycloak keeps user names in lower case; ours are. */
  private async find(username: string): Promise<string | undefined> {
    const answer = await this.send({ method: 'GET', path: `/users?username=${encodeURIComponent(username)}&exact=true` });
    return read(usersAnswer, answer).find((user) => user.username === username)?.id;
  }

  private async send(sent: Sent): Promise<Answer> {
    const first = await this.attempt(sent);
    // The token may have been good when it was taken: once more, with the one of now.
    const answer = first.status === 401 ? await this.attempt(sent) : first;
    const { status } = answer;
    if ((status >= 200 && status < 300) || sent.expect?.includes(status)) return answer;
    if (status >= 500 || status === 429) throw accountsErrors.identityProviderUnavailable({ status });
    if (status === 400 && sent.method !== 'GET') throw accountsErrors.identityDataRefused();
    throw accountsErrors.identityProviderRefused({
      status,
      method: sent.method,
      path: sent.path.replace(/\/users\/[^/?]+|\?.*/, '/users'),
    });
  }

  private async attempt({ method, path, body }: Sent): Promise<Answer> {
    if (this.endpoint === undefined) throw accountsErrors.identityProviderUnavailable();
    const authorization = `Bearer ${await this.token()}`;
    try {
      const response = await fetch(`${this.endpoint}${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const text = await response.text();
      return {
        status: response.status,
        location: response.headers.get('location') ?? undefined,
        body: response.ok ? parsed(text) : undefined,
      };
    } catch (cause) {
      throw accountsErrors.identityProviderUnavailable(undefined, cause);
    }
  }
}

function userPath(subject: string): string {
  return `/users/${encodeURIComponent(subject)}`;
}

function representation({ username, email, name, tenant, locale, enabled }: ProviderProfile) {
  const words = name.split(/\s+/);
  const lastName = words.length > 1 ? (words.at(-1) ?? '') : '';
  const firstName = words.length > 1 ? words.slice(0, -1).join(' ') : name;
  // Who held the invitation's secret has read the mail.
  return { username, email, emailVerified: true, firstName, lastName, enabled, attributes: { tenant: [tenant], locale: [locale] } };
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

/** An answer of another shape is not the provider's: a proxy's page, a wrong address. */
function read<T>(schema: z.ZodType<T>, { body }: Answer): T {
  const result = schema.safeParse(body);
  if (!result.success) throw accountsErrors.identityProviderUnavailable({ problem: 'unreadable answer' });
  return result.data;
}
