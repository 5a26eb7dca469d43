import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
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

const KEYS_MAX_AGE_MS = 24 * 3_600_000;
const TIMEOUT_MS = 5_000;
/** Asked again when so much of a token's life is over. */
const RENEW_AFTER = 0.5;

/** The OpenID realm of an installation, as a service sees it: whose tokens hold, and tokens for itself. */
export class Realm {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** Base of its endpoints as services reach them: `…/realms/<realm>`. */
  readonly endpoint: string;
  /** Base of its admin API. */
  readonly adminEndpoint: string;
  readonly #keys: JWTVerifyGetKey;

  constructor(readonly address: RealmAddress) {
    const base = (address.internalUrl ?? address.url).replace(/\/$/, '');
    this.issuer = `${address.url.replace(/\/$/, '')}/realms/${address.realm}`;
    this.endpoint = `${base}/realms/${address.realm}`;
    this.adminEndpoint = `${base}/admin/realms/${address.realm}`;
    this.#keys = createRemoteJWKSet(new URL(`${this.endpoint}/protocol/openid-connect/certs`), {
      cacheMaxAge: KEYS_MAX_AGE_MS,
      cooldownDuration: 10_000,
      timeoutDuration: TIMEOUT_MS,
    });
  }

  /**
   * The claims of an access token of this realm for `audience`. Throws `grpc.token-invalid`, and `grpc.realm-unavailable` when the keys
   * cannot be had.
   */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer: this.issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'exp'],
      });
      if (payload['typ'] !== 'Bearer') throw grpcErrors.tokenInvalid();
      return payload;
    } catch (cause) {
      throw isAway(cause) ? grpcErrors.realmUnavailable(undefined, cause) : grpcErrors.tokenInvalid(undefined, cause);
    }
  }

  /** Where a service's own tokens come from (client credentials); one is kept until half of its life is over. */
  clientCredentials(o: { clientId: string; clientSecret: string; monotonicMs: () => number }): () => Promise<string> {
    const kept = { token: '', renewAt: -1, expiresAt: -1 };
    let asking: Promise<string> | undefined;
    const ask = async (): Promise<string> => {
      const asked = o.monotonicMs();
      const { access_token: token, expires_in: lifeS } = await this.requestToken(o);
      Object.assign(kept, { token, renewAt: asked + lifeS * 1_000 * RENEW_AFTER, expiresAt: asked + lifeS * 1_000 });
      return token;
    };
    return async () => {
      if (o.monotonicMs() < kept.renewAt) return kept.token;
      asking ??= ask().finally(() => (asking = undefined));
      try {
        return await asking;
      } catch (error) {
        // The old one is good for as long as it lives: a realm that restarts is not noticed.
        if (o.monotonicMs() < kept.expiresAt) return kept.token;
        throw error;
      }
    };
  }

  private async requestToken(o: { clientId: string; clientSecret: string }): Promise<{ access_token: string; expires_in: number }> {
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
    if (response.status >= 500) throw grpcErrors.realmUnavailable({ status: response.status });
    if (!response.ok) throw grpcErrors.clientRefused({ client: o.clientId, status: response.status });
    return (await response.json()) as { access_token: string; expires_in: number };
  }
}

/** The key set could not be fetched; everything else is the token's fault. */
function isAway(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  return error instanceof errors.JOSEError ? error.code === 'ERR_JOSE_GENERIC' : error instanceof TypeError;
}
