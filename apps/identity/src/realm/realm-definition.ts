import { ROLES, type Role } from '@ampline/platform-grpc';

/** All that a caller may be but `guest`, which no login has. */
export type RealmRole = Exclude<Role, 'guest'>;
export const REALM_ROLES = ROLES.filter((role): role is RealmRole => role !== 'guest');

export const isRealmRole = (name: string): name is RealmRole => REALM_ROLES.some((role) => role === name);

/** Whom an access token is for. */
export const API_AUDIENCE = 'ampline-api';
export { SERVICES_AUDIENCE, CLIENT_PREFIX } from '@ampline/platform-grpc';

export const CONSOLE_CLIENT = 'ampline-console';
export const DEMO_CLIENT = 'ampline-cli';
/** The one that manages users. */
export const ADMIN_CLIENT = 'ampline-accounts';

/** Seconds that an access token lives. */
export const ACCESS_TOKEN_S = 300;
/** Seconds that an authorization code lives. */
export const CODE_S = 60;
/** Seconds that somebody may take to log in. */
export const LOGIN_S = 1_800;

/** Services that have a client of their own. */
export const SERVICES = ['accounts', 'ocpp-csms', 'session-export', 'ocpp-gateway', 'api-gateway', 'identity'];

/** How long a login lasts: at the longest, and without a refresh. */
export const SESSION = { hours: 10, idleHours: 4 };

/** Wrong passwords in a row that a user may have; each further one locks for another `waitS`. */
export const LOCK = { userFailures: 8, waitS: 60, longestWaitS: 900, forgottenAfterS: 43_200 };

/** What tokens and the userinfo endpoint tell of a person, by scope. */
export const SCOPE_CLAIMS = {
  openid: ['sub'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'tenant'],
  email: ['email', 'email_verified'],
} as const;

/** Where a browser may be sent back to, for each address that people reach the web applications by. */
export interface ConsoleAddresses {
  origins: string[];
  redirectUris: string[];
  postLogoutRedirectUris: string[];
}

/** `publicUrl` without a slash at the end. On one's own machine people write `localhost` as well. */
export function consoleAddresses(publicUrl: string): ConsoleAddresses {
  const url = new URL(publicUrl);
  const local = url.hostname === '127.0.0.1' ? [publicUrl.replace('//127.0.0.1', '//localhost')] : [];
  const bases = [publicUrl, ...local];
  return {
    origins: bases.map((base) => new URL(base).origin),
    redirectUris: bases.map((base) => `${base}/console/callback`),
    postLogoutRedirectUris: bases.map((base) => `${base}/console/`),
  };
}
