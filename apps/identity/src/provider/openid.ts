import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@ampline/platform-telemetry';
import { createLocalJWKSet, jwtVerify, type JWK, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { identityErrors } from '../errors.js';
import type { SigningKeys } from '../keys/signing-keys.js';
import type { IdentityMetrics } from '../metrics.js';
import { endAtOnce } from './log-out.js';
import { openidProvider, type ProviderParts } from './openid-provider.js';
import { ProviderRecords } from './provider-records.js';

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** The provider with the keys in force, in front of which stands the address that people know it by. */
interface Serving {
  kids: string;
  provider: Provider;
  handle: Handler;
  verifyKeys: JWTVerifyGetKey;
}

const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials', 'password'];

/** The OpenID provider of the realm, and what the rest of the service asks of it. Made anew when the keys change. */
export class OpenId {
  #serving: Serving | undefined;

  constructor(
    private readonly parts: ProviderParts,
    private readonly keys: SigningKeys,
    readonly records: ProviderRecords,
    private readonly metrics: IdentityMetrics,
    private readonly logger: Logger,
  ) {}

  get issuer(): string {
    return this.parts.issuer;
  }

  /** Origins whose scripts may ask for tokens. */
  get origins(): readonly string[] {
    return this.parts.origins;
  }

  /** Throws `identity.keys-missing` before the first `load`. */
  get provider(): Provider {
    return this.serving.provider;
  }

  /** Takes the keys as they are in the database now. */
  async load(): Promise<void> {
    const keys = await this.keys.keep();
    const kids = keys.map(({ kid }) => kid).join(' ');
    if (kids === this.#serving?.kids) return;
    const provider = this.observed(openidProvider(this.parts, keys));
    this.#serving = { kids, provider, handle: provider.callback() as Handler, verifyKeys: createLocalJWKSet({ keys: keys.map(publicOf) }) };
    this.logger.info('identity.keys-loaded', { kids: keys.map(({ kid }) => kid) });
  }

  /** Answers what is the provider's; `next` gets the rest. */
  readonly middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void => {
    const { pathname, host, protocol } = new URL(this.issuer);
    const path = req.url ?? '';
    if (!path.startsWith(`${pathname}/`) || OWN_PATHS.some((own) => path.startsWith(`${pathname}${own}`))) return next();
    Object.assign(req, { originalUrl: path, url: path.slice(pathname.length) });
    // Links, redirects and cookies are the issuer's, also for a service that comes by the internal address.
    Object.assign(req.headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
    this.serving.handle(req, res).catch(next);
  };

  /** Claims of an access token of this realm; undefined for anything else. */
  async claims(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.serving.verifyKeys, {
        issuer: this.issuer,
        algorithms: ['RS256'],
        requiredClaims: ['sub', 'exp'],
      });
      return payload['typ'] === 'Bearer' ? payload : undefined;
    } catch {
      return undefined;
    }
  }

  /** As {@link claims}, and the login that the token came from has not ended. */
  async liveClaims(token: string): Promise<JWTPayload | undefined> {
    const claims = await this.claims(token);
    const session = claims?.['sid'];
    return typeof session !== 'string' || (await this.records.sessionLives(session)) ? claims : undefined;
  }

  private get serving(): Serving {
    if (!this.#serving) throw identityErrors.keysMissing();
    return this.#serving;
  }

  private observed(provider: Provider): Provider {
    const grantOf = (ctx: KoaContextWithOIDC) => GRANTS.find((grant) => grant === ctx.oidc.params?.['grant_type']) ?? 'other';
    provider.on('grant.success', (ctx) => this.metrics.tokens(grantOf(ctx), 'issued'));
    provider.on('grant.error', (ctx) => this.metrics.tokens(grantOf(ctx), 'refused'));
    provider.on('server_error', (ctx, error) => this.logger.error('identity.request-failed', { route: ctx.oidc?.route }, error));
    provider.use(endAtOnce(this.records));
    provider.use(async (ctx, next) => {
      await next();
      await this.introspectAccessToken(ctx as KoaContextWithOIDC);
    });
    return provider;
  }

  /** The provider takes no JWT at its introspection endpoint; by then it has made sure of the client. */
  private async introspectAccessToken(ctx: KoaContextWithOIDC): Promise<void> {
    const refused = (ctx.body as { error?: unknown } | undefined)?.error === 'unsupported_token_type';
    if (ctx.oidc?.route !== 'introspection' || !refused || ctx.oidc.client?.clientAuthMethod === 'none') return;
    const claims = await this.liveClaims(String(ctx.oidc.params?.['token'] ?? ''));
    ctx.status = 200;
    ctx.body = claims === undefined ? { active: false } : { active: true, token_type: 'Bearer', ...claims };
  }
}

/** Below the issuer, but not the provider's. */
const OWN_PATHS = ['/login-actions/', '/protocol/openid-connect/userinfo'];

function publicOf(key: JWK): JWK {
  const { kty, n, e, kid, use, alg } = key;
  return { kty, n, e, kid, use, alg } as JWK;
}
