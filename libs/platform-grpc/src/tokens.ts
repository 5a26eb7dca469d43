import { createHmac } from 'node:crypto';
import { decodeJwt, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { API_SCOPES, kindOf, ROLES, type ApiScope, type Caller, type CallerKind, type Role } from './access.js';
import { grpcErrors } from './errors.js';
import type { Realm } from './realm.js';

const ISSUER = 'ampline';
/** Who tokens are for that services call each other with, the realm's and our own. */
export const SERVICES_AUDIENCE = 'ampline-services';

const KINDS: readonly CallerKind[] = ['person', 'api-key', 'guest', 'service'];

/** The installation's secret signs more than tokens: each purpose has a key of its own. */
function keyOf(secret: string): Uint8Array {
  return createHmac('sha256', secret).update('ampline:internal-tokens').digest();
}

/** Issues the internal tokens of an installation: what accounts exchanges the credentials of people, API keys and guests for. */
export class TokenIssuer {
  readonly #key: Uint8Array;

  /** `secret`: at least 32 characters, the same in every service of the installation. */
  constructor(secret: string) {
    this.#key = keyOf(secret);
  }

  /** A signed token that is valid for `ttlS` seconds. */
  issue(caller: Caller, ttlS = 300): Promise<string> {
    const { subject, name, roles, tenantId, organisationId, driverId, scopes, resource, actor } = caller;
    const claims: JWTPayload = {
      roles,
      kind: kindOf(caller),
      ...(name && { name }),
      ...(tenantId && { tenant: tenantId }),
      ...(organisationId && { organisation: organisationId }),
      ...(driverId && { driver: driverId }),
      ...(scopes && { scopes }),
      ...(resource && { resource }),
      ...(actor && { act: { sub: actor } }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(SERVICES_AUDIENCE)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${ttlS}s`)
      .sign(this.#key);
  }
}

/** Verifies tokens of callers: internal ones, and those that the realm gives to services. Anything else is refused with the same error. */
export class TokenVerifier {
  readonly #key: Uint8Array;

  /** Without a realm, services sign for themselves with the secret. */
  constructor(
    secret: string,
    private readonly realm?: Realm,
  ) {
    this.#key = keyOf(secret);
  }

  /** Throws `grpc.token-invalid`, and `grpc.realm-unavailable` when the realm's keys cannot be had. */
  async verify(token: string): Promise<Caller> {
    return this.realm && issuerOf(token) === this.realm.issuer ? this.ofRealm(this.realm, token) : this.internal(token);
  }

  private async internal(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        issuer: ISSUER,
        audience: SERVICES_AUDIENCE,
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
      });
      return callerOf(payload);
    } catch (cause) {
      throw grpcErrors.tokenInvalid(undefined, cause);
    }
  }

  /** Services log in at the realm; people's tokens are for the API and no good here. */
  private async ofRealm(realm: Realm, token: string): Promise<Caller> {
    const payload = await realm.verify(token, SERVICES_AUDIENCE);
    const roles = (payload['realm_access'] as { roles?: unknown } | undefined)?.roles;
    const client = payload['azp'];
    if (!Array.isArray(roles) || !roles.includes('service') || typeof client !== 'string' || !client.startsWith(CLIENT_PREFIX))
      throw grpcErrors.tokenInvalid();
    return { subject: client.slice(CLIENT_PREFIX.length), kind: 'service', roles: ['service'] };
  }
}

/** Client id of a service at the realm: this and its name. */
export const CLIENT_PREFIX = 'ampline-';

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function callerOf(payload: JWTPayload): Caller {
  const kind = KINDS.find((one) => one === payload['kind']);
  const actor = (payload['act'] as { sub?: unknown } | undefined)?.sub;
  return {
    subject: payload.sub ?? '',
    roles: known(ROLES, payload['roles']) as Role[],
    ...(kind && { kind }),
    ...text('name', payload['name']),
    ...text('tenantId', payload['tenant']),
    ...text('organisationId', payload['organisation']),
    ...text('driverId', payload['driver']),
    ...text('resource', payload['resource']),
    ...text('actor', actor),
    ...(Array.isArray(payload['scopes']) && { scopes: known(API_SCOPES, payload['scopes']) as ApiScope[] }),
  };
}

function known(words: readonly string[], claimed: unknown): string[] {
  return Array.isArray(claimed) ? words.filter((word) => claimed.includes(word)) : [];
}

function text<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  return (typeof value === 'string' && value !== '' ? { [key]: value } : {}) as { [P in K]?: string };
}
