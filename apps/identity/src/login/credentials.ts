import type { Logger } from '@ampline/platform-telemetry';
import type { IdentityMetrics } from '../metrics.js';
import { LONGEST_PASSWORD, passwordMatches } from '../users/password.js';
import type { User, UserStore } from '../users/users.store.js';
import type { LoginFailures } from './login-failures.js';

/** What came of a name and a password. `ambiguous`: right for a user, but several have this e-mail. */
export type CredentialCheck = { outcome: 'logged-in' | 'password-change-due'; user: User } | { outcome: 'wrong' | 'ambiguous' | 'locked' };

/** Judges names and passwords, the same for the login page and for the password grant. */
export class Credentials {
  constructor(
    private readonly users: UserStore,
    private readonly failures: LoginFailures,
    private readonly metrics: IdentityMetrics,
    private readonly logger: Logger,
  ) {}

  async check(login: string, password: string, address: string): Promise<CredentialCheck> {
    const checked = await this.judge(login.trim(), password, address);
    this.metrics.login(checked.outcome);
    this.logger.info('identity.login', { outcome: checked.outcome, ...('user' in checked && { user: checked.user.id }) });
    return checked;
  }

  private async judge(login: string, password: string, address: string): Promise<CredentialCheck> {
    const candidates = await this.users.candidates(login);
    const attempt = { names: candidates.length > 0 ? candidates.map(({ user }) => user.id) : [login.toLowerCase()], address };
    const begun = await this.failures.begin(attempt);
    if (begun === 'address-locked') return { outcome: 'locked' };
    // Nobody's password and a locked user's are looked at as well, so that the time tells nothing.
    const hashes = candidates.length > 0 ? candidates.map(({ passwordHash }) => passwordHash) : [undefined];
    const right = await Promise.all(hashes.map((hash) => passwordMatches(password, hash)));
    const matching = candidates.filter(({ user }, i) => right[i] && user.enabled);
    const [match] = matching;
    if (begun === 'user-locked') return { outcome: 'locked' };
    if (!match || password.length > LONGEST_PASSWORD) return { outcome: 'wrong' };
    await this.failures.forget(attempt);
    if (candidates.length > 1) return { outcome: 'ambiguous' };
    return { outcome: match.user.passwordTemporary ? 'password-change-due' : 'logged-in', user: match.user };
  }
}
