import { createRequire } from 'node:module';
import type { Clock } from '@ampline/kernel-time';
import type { Realm } from '@ampline/platform-grpc';
import Keycloak from 'keycloak-connect';
import { apiErrors } from '../errors.js';
import { RealmKeys } from './realm-keys.js';

/** Audience of the access tokens of people. */
export const API_AUDIENCE = 'ampline-api';

/** RFC 7515 §7.1. Left to itself keycloak-connect takes paddings and other alphabets too, which accounts then refuses. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What of a verified access token matters here; who the person is, accounts knows. */
export interface VerifiedToken {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A token as keycloak-connect reads it, which declares no types for it and exports it by its file alone. */
interface KeycloakToken {
  /** Undefined for what is no token. */
  readonly header?: { alg?: unknown; kid?: unknown } | null;
  readonly content: unknown;
}
const Token = createRequire(import.meta.url)('keycloak-connect/middleware/auth-utils/token.js') as new (
  token: string,
  clientId: string,
) => KeycloakToken;

interface Claims {
  exp?: unknown;
  nbf?: unknown;
}

/**
 * Access tokens of the realm, validated by keycloak-connect: the one place that knows it (ADR 0012). Left to it are signature, issuer,
 * type, audience and expiry. What it leaves open is decided here: the algorithm is RS256, expiry is required, `nbf` holds, keys are
 * fetched with a timeout and once for all who wait.
 */
export class KeycloakAdapter {
  private readonly grants: { validateToken(token: unknown, type: string): Promise<unknown> };
  private readonly keys: RealmKeys;

  constructor(
    realm: Realm,
    private readonly clock: Clock,
  ) {
    this.keys = new RealmKeys(`${realm.endpoint}/protocol/openid-connect/certs`, clock);
    const { grantManager } = new Keycloak({}, {
      realm: realm.address.realm,
      'auth-server-url': realm.address.url,
      resource: API_AUDIENCE,
      'bearer-only': true,
      'verify-token-audience': true,
      'ssl-required': 'none',
      'confidential-port': 0,
    } as Keycloak.KeycloakConfig);
    // Its own key fetching has no timeout, asks once for each waiting request, and asks the issuer's address, which may be the browsers' only.
    const rotation = { getJWK: (id: string) => Promise.resolve(this.keys.known(id)) };
    this.grants = Object.assign(grantManager as unknown as KeycloakAdapter['grants'], { rotation });
  }

  /** Throws `api.unauthenticated`, and `grpc.realm-unavailable` when the realm's keys cannot be had. */
  async verify(accessToken: string): Promise<VerifiedToken> {
    if (!COMPACT.test(accessToken)) throw invalid();
    const token = new Token(accessToken, API_AUDIENCE);
    const { alg, kid } = token.header ?? {};
    if (alg !== 'RS256' || typeof kid !== 'string') throw invalid();
    if (!(await this.keys.find(kid))) throw invalid();
    const { exp, nbf } = (token.content ?? {}) as Claims;
    if (typeof exp !== 'number' || (nbf !== undefined && !(typeof nbf === 'number' && nbf * 1_000 <= this.clock.now().getTime()))) {
      throw invalid();
    }
    await this.grants.validateToken(token, 'Bearer').catch((cause: unknown) => {
      throw invalid(cause);
    });
    return { expiresAt: exp * 1_000 };
  }

  /** Throws `grpc.realm-unavailable` until the realm's keys have been seen once. */
  ready(): Promise<void> {
    return this.keys.ready();
  }
}

function invalid(cause?: unknown) {
  return apiErrors.unauthenticated({ reason: 'token-invalid' }, cause);
}
