import type { Role } from '@ampline/platform-grpc';
import type { Locale } from '../fields.js';

/** A person as the identity provider shall know them. */
export interface ProviderProfile {
  /** {@link usernameOf}. */
  username: string;
  email: string;
  name: string;
  /** Slug. */
  tenant: string;
  locale: Locale;
  /** False: nobody logs in with it. */
  enabled: boolean;
}

/** What people log in with: the same e-mail address may exist in two tenants. */
export function usernameOf(tenantSlug: string, email: string): string {
  return `${tenantSlug}/${email}`;
}

/**
 * Where people log in. Every method brings about what it says, however often it is called, and throws
 * `accounts.identity-provider-unavailable`, `accounts.identity-data-refused` and `accounts.identity-provider-refused`.
 */
export abstract class IdentityProvider {
  /** Creates the user, or brings the one of that name to this profile. Returns its id there. */
  abstract ensureUser(profile: ProviderProfile): Promise<string>;
  /** False when there is no such user. */
  abstract updateUser(subject: string, profile: ProviderProfile): Promise<boolean>;
  /** Gives these of the roles that people have here, and takes the others of them away. */
  abstract setRoles(subject: string, roles: readonly Role[]): Promise<void>;
  abstract setPassword(subject: string, password: string): Promise<void>;
  /** Ends all sessions: no more tokens without logging in. */
  abstract endSessions(subject: string): Promise<void>;
  abstract deleteUser(subject: string): Promise<void>;
}
