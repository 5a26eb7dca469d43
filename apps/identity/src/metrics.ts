import type { Telemetry } from '@ampline/platform-telemetry';

/** How a login ended. */
export type LoginOutcome = 'logged-in' | 'wrong' | 'ambiguous' | 'locked' | 'password-change-due';

/** What the service counts. */
export interface IdentityMetrics {
  login(outcome: LoginOutcome): void;
  tokens(grant: string, outcome: 'issued' | 'refused'): void;
}

export function identityMetrics({ meter }: Telemetry): IdentityMetrics {
  const logins = meter.createCounter('identity_logins', { description: 'Attempts to log in, by outcome' });
  const tokens = meter.createCounter('identity_tokens', { description: 'Requests for tokens, by grant and outcome' });
  return {
    login: (outcome) => logins.add(1, { outcome }),
    tokens: (grant, outcome) => tokens.add(1, { grant, outcome }),
  };
}
