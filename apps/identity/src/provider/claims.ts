import type { User } from '../users/users.store.js';

/** What tokens tell of a user, whatever the token. */
export function claimsOf(user: User): Record<string, string | boolean> {
  const name = [user.firstName, user.lastName].filter((part) => part !== undefined && part !== '').join(' ');
  return {
    preferred_username: user.username,
    ...(user.email !== undefined && { email: user.email, email_verified: user.emailVerified }),
    ...(name !== '' && { name }),
    ...(user.firstName !== undefined && { given_name: user.firstName }),
    ...(user.lastName !== undefined && { family_name: user.lastName }),
    ...(user.tenant !== undefined && { tenant: user.tenant }),
  };
}
