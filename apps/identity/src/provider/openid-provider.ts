import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { JWK } from 'jose';
import {
  errors,
  Provider,
  type AccountClaims,
  type ClientMetadata,
  type Configuration,
  type JWKS,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { IdentityConfig } from '../config.js';
import type { Credentials } from '../login/credentials.js';
import { errorPage, loggedOutPage, logOutPage } from '../login/pages.js';
import { languageOf } from '../login/texts.js';
import { ACCESS_TOKEN_S, CODE_S, CONSOLE_CLIENT, LOGIN_S, SCOPE_CLAIMS } from '../realm/realm-definition.js';
import type { UserStore } from '../users/users.store.js';
import { claimsOf } from './claims.js';
import { passwordGrant } from './password-grant.js';
import { ProviderAdapter } from './provider-adapter.js';
import { peopleServer, PEOPLE_RESOURCE, servicesServer, SERVICES_RESOURCE } from './resources.js';

export interface ProviderParts {
  /** `iss` of its tokens: `…/realms/<realm>`. */
  issuer: string;
  config: IdentityConfig;
  clients: ClientMetadata[];
  /** Origins whose scripts may ask for tokens. */
  origins: readonly string[];
  database: Database;
  clock: Clock;
  users: UserStore;
  credentials: Credentials;
  cookieSecret: string;
  consoleUrl: string;
}

const PROTOCOL = '/protocol/openid-connect';
const HOUR_S = 3_600;

/** The OpenID provider at Keycloak's paths below the issuer, with the keys given: the first one signs. */
export function openidProvider(parts: ProviderParts, keys: JWK[]): Provider {
  const provider = new Provider(parts.issuer, configuration(parts, keys));
  // The address is the issuer's, whichever way the request came: see openid.http.ts.
  provider.proxy = true;
  if (parts.config.demoClient) {
    provider.registerGrantType('password', passwordGrant(provider, parts.credentials, parts.config.proxyHops), [
      'username',
      'password',
      'scope',
    ]);
  }
  return provider;
}

function configuration(parts: ProviderParts, keys: JWK[]): Configuration {
  const { config, clients, origins, database, clock, users, issuer, cookieSecret, consoleUrl } = parts;
  const idleS = config.sessionIdleHours * HOUR_S;
  const longestS = config.sessionHours * HOUR_S;
  return {
    adapter: (model) => new ProviderAdapter(model, database, clock),
    jwks: { keys: keys as JWKS['keys'] },
    clients,
    clientBasedCORS: (_ctx, origin, client) => client.clientId === CONSOLE_CLIENT && origins.includes(origin),
    cookies: {
      keys: [cookieSecret],
      names: { session: 'AMPLINE_SESSION', interaction: 'AMPLINE_LOGIN', resume: 'AMPLINE_LOGIN_RESUME' },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: new URL(issuer).pathname },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    routes: {
      authorization: `${PROTOCOL}/auth`,
      token: `${PROTOCOL}/token`,
      jwks: `${PROTOCOL}/certs`,
      end_session: `${PROTOCOL}/logout`,
      revocation: `${PROTOCOL}/revoke`,
      introspection: `${PROTOCOL}/token/introspect`,
    },
    discovery: { userinfo_endpoint: `${issuer}${PROTOCOL}/userinfo` },
    scopes: ['openid', 'profile', 'email'],
    claims: Object.fromEntries(Object.entries(SCOPE_CLAIMS).map(([scope, claims]) => [scope, [...claims]])),
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      // Access tokens are JWTs, which the provider's own endpoint does not take: userinfo.controller.ts.
      userinfo: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientAuthMethod !== 'none' },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx) => {
          const secret = String(ctx.oidc.session?.state?.['secret'] ?? '');
          ctx.body = logOutPage(languageOf(ctx.req), consoleUrl, ctx.oidc.urlFor('end_session_confirm'), secret);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.type = 'html';
          ctx.body = loggedOutPage(languageOf(ctx.req), consoleUrl);
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, client) => resourceOf(client?.clientAuthMethod),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => {
          if (resource !== resourceOf(client.clientAuthMethod)) throw new errors.InvalidTarget();
          return resource === PEOPLE_RESOURCE ? peopleServer() : servicesServer();
        },
      },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_S,
      ClientCredentials: ACCESS_TOKEN_S,
      AuthorizationCode: CODE_S,
      IdToken: ACCESS_TOKEN_S,
      Interaction: LOGIN_S,
      Grant: longestS,
      Session: (_ctx, session) => remaining(clock, session.loginTs, longestS),
      RefreshToken: (_ctx, token) => Math.min(idleS, remaining(clock, token.iiat, longestS)),
    },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => true,
    loadExistingGrant: grantOf,
    interactions: { url: (_ctx, interaction) => `${issuer}/login-actions/authenticate/${interaction.uid}` },
    findAccount: async (_ctx, id) => {
      const user = await users.find(id);
      if (!user?.enabled) return undefined;
      return { accountId: id, claims: (): AccountClaims => ({ sub: id, ...claimsOf(user) }) };
    },
    extraTokenClaims: async (_ctx, token) => {
      const common = { typ: 'Bearer', azp: token.clientId };
      if (!('accountId' in token)) return { ...common, realm_access: { roles: ['service'] }, preferred_username: token.clientId };
      const user = await users.find(token.accountId);
      if (!user?.enabled) throw new errors.InvalidGrant('the user is not enabled');
      return { ...common, realm_access: { roles: user.roles }, ...claimsOf(user), ...(token.sessionUid && { sid: token.sessionUid }) };
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(languageOf(ctx.req), consoleUrl, out.error);
    },
  };
}

/** Of the provider's clients the public ones act for people, the confidential ones for themselves. */
const resourceOf = (clientAuthMethod: string | undefined) => (clientAuthMethod === 'none' ? PEOPLE_RESOURCE : SERVICES_RESOURCE);

/** Seconds of `longestS` that are left, one at least. */
function remaining(clock: Clock, sinceS: number | undefined, longestS: number): number {
  const nowS = Math.floor(clock.now().getTime() / 1_000);
  return Math.max(1, (sinceS ?? nowS) + longestS - nowS);
}

/** Nobody is asked for consent: the clients are the platform's own. */
async function grantOf(ctx: KoaContextWithOIDC) {
  const { provider, session, client, account } = ctx.oidc;
  if (!session?.accountId || !client || !account) return undefined;
  const known = session.grantIdFor(client.clientId);
  const existing = known === undefined ? undefined : await provider.Grant.find(known);
  if (existing) return existing;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  const scope = Object.keys(SCOPE_CLAIMS).join(' ');
  grant.addOIDCScope(scope);
  grant.addResourceScope(PEOPLE_RESOURCE, scope);
  await grant.save();
  return grant;
}
