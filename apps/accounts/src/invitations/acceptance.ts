import { accountsErrors } from '../errors.js';
import { usernameOf, type IdentityProvider } from '../identity-provider/identity-provider.js';
import type { ProviderSync } from '../identity-provider/provider-sync.js';
import type { InvitationStore } from './invitations.store.js';

const PASSWORD_LENGTH = { least: 12, most: 128 };

/** What the person logs in with. */
export interface Login {
  username: string;
  email: string;
}

/**
 * Accepts an invitation: first the identity provider, then the user here. Whatever breaks in between, accepting it again goes on: the
 * provider finds the user by its name, and setting a password twice does no harm.
 */
export class Acceptance {
  constructor(
    private readonly invitations: InvitationStore,
    private readonly provider: IdentityProvider,
    private readonly sync: ProviderSync,
  ) {}

  /** `via`: the service that asks. Throws as `InvitationStore.open`, `accounts.password-too-short`, `accounts.identity-provider-unavailable`. */
  async accept(secret: string, name: string, password: string, via: string): Promise<Login> {
    if (password.length < PASSWORD_LENGTH.least || password.length > PASSWORD_LENGTH.most) throw accountsErrors.passwordTooShort();
    const { userId, email, roles, locale, tenantSlug } = await this.invitations.open(secret);
    const username = usernameOf(tenantSlug, email);
    const profile = { username, email, name, tenant: tenantSlug, locale, enabled: true };
    const subject = await this.provider.ensureUser(profile);
    await this.provider.setRoles(subject, roles);
    await this.provider.setPassword(subject, password);
    try {
      await this.invitations.accept(secret, name, subject, via);
    } catch (error) {
      // Overtaken: nobody may log in there whom this invitation no longer makes a user.
      await this.sync.dropStray(userId, subject, profile);
      throw error;
    }
    await this.sync.settleNow(userId);
    return { username, email };
  }
}
