import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { grpcErrors } from './errors.js';

/** Where the OpenID realm is: Keycloak, or the embedded provider with the same paths. */
export interface RealmAddress {
  /** Base that tokens name as their issuer's, as browsers see it: `https://login.example.com`. */
  url: string;
  /** Base by which services reach it; absent: `url`. */
  internalUrl?: string;
  /** Such as `ampline`. */
  realm: string;
}

/** Keys are read anew so often, so that one that the realm has withdrawn is forgotten. */
const KEYS_RENEWED_AFTER_MS = 600_000;
/** A token with a key that is not known has the keys read anew, but not more often than this. */
const KEYS_COOLDOWN_MS = 10_000;
const TIMEOUT_MS = 5_000;
/** Asked again when so much of a token's life is over. */
const RENEW_AFTER = 0.5;
/** How long a realm that did not answer is left alone while the token that is kept lives. */
const RETRY_AFTER_MS = 1_000;
/** A token that ends so soon could end on its way. */
const MARGIN_MS = 5_000;

/** The OpenID realm of an installation, as a service sees it: whose tokens hold, and tokens for itself. */
export class Realm {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** Base of its endpoints as services reach them: `…/realms/<realm>`. */
  readonly endpoint: string;
  /** Base of its admin API. */
  readonly adminEndpoint: string;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #keysAskedAt = -Infinity;

  constructor(readonly address: RealmAddress) {
    const base = (address.internalUrl ?? address.url).replace(/\/$/, '');
    this.issuer = `${address.url.replace(/\/$/, '')}/realms/${address.realm}`;
    this.endpoint = `${base}/realms/${address.realm}`;
    this.adminEndpoint = `${base}/admin/realms/${address.realm}`;
    this.#keys = createRemoteJWKSet(new URL(`${this.endpoint}/protocol/openid-connect/certs`), {
      cacheMaxAge: Infinity,
      cooldownDuration: KEYS_COOLDOWN_MS,
      timeoutDuration: TIMEOUT_MS,
    });
  }

  /**
   * The claims of an access token of this realm for `audience`. Throws `grpc.token-invalid`, and `grpc.realm-unavailable` when the keys
   * cannot be had.
   */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    this.renewKeys();
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer: this.issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'exp'],
      });
      if (payload['typ'] === 'Bearer') return payload;
    } catch (cause) {
      throw isAway(cause) ? grpcErrors.realmUnavailable(undefined, cause) : grpcErrors.tokenInvalid(undefined, cause);
    }
    throw grpcErrors.tokenInvalid();
  }

  /**
   * Where a service's own tokens come from (client credentials). One is kept and renewed when half of its life is over; a realm that is
   * away is not noticed before it ends. The function throws `grpc.realm-unavailable` and `grpc.client-refused`.
   */
  clientCredentials(o: { clientId: string; clientSecret: string; monotonicMs: () => number }): () => Promise<string> {
    const kept = { token: '', renewAt: -Infinity, expiresAt: -Infinity };
    let asking: Promise<string> | undefined;
    const ask = async (): Promise<string> => {
      const asked = o.monotonicMs();
      try {
        const { token, lifeMs } = await this.requestToken(o);
        Object.assign(kept, { token, renewAt: asked + lifeMs * RENEW_AFTER, expiresAt: asked + lifeMs - MARGIN_MS });
        return token;
      } catch (error) {
        kept.renewAt = o.monotonicMs() + RETRY_AFTER_MS;
        throw error;
      }
    };
    const asked = () => (asking ??= ask().finally(() => (asking = undefined)));
    return () => {
      const now = o.monotonicMs();
      if (now >= kept.expiresAt) return asked();
      // Nobody waits for the new one while the old one is good, nor hears that the realm is away.
      if (now >= kept.renewAt) asked().catch(() => undefined);
      return Promise.resolve(kept.token);
    };
  }

  /** Reads the keys anew from time to time. Nobody waits for that: those at hand hold until there are others. */
  private renewKeys(): void {
    const now = performance.now();
    if (now < this.#keysAskedAt + KEYS_RENEWED_AFTER_MS) return;
    this.#keysAskedAt = now;
    if (this.#keys.fresh) this.#keys.reload().catch(() => undefined);
  }

  private async requestToken(o: { clientId: string; clientSecret: string }): Promise<{ token: string; lifeMs: number }> {
    const response = await fetch(`${this.endpoint}/protocol/openid-connect/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(o.clientId)}:${encodeURIComponent(o.clientSecret)}`).toString('base64')}`,
      },
      body: 'grant_type=client_credentials',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw grpcErrors.realmUnavailable(undefined, cause);
    });
    if (response.status >= 500 || response.status === 429) throw grpcErrors.realmUnavailable({ status: response.status });
    if (!response.ok) throw grpcErrors.clientRefused({ client: o.clientId, status: response.status });
    const answer = (await response.json().catch(() => undefined)) as { access_token?: unknown; expires_in?: unknown } | undefined;
    if (typeof answer?.access_token !== 'string' || typeof answer.expires_in !== 'number') throw grpcErrors.realmUnavailable();
    return { token: answer.access_token, lifeMs: answer.expires_in * 1_000 };
  }
}

const JOSE_SAYS_AWAY: readonly string[] = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code];

/** The key set could not be had: what is not of jose comes from the network. Everything else is the token's fault. */
function isAway(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || JOSE_SAYS_AWAY.includes(error.code);
}
