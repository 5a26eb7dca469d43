import type { Invitation, UserState } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { MutationResolvers, QueryResolvers } from '../generated/graphql.js';
import { iso, present, textOf } from '../mapping/values.js';
import { roleText } from './roles.js';

/** What a secret that is not valid any more is answered with. */
const VOID_KINDS: readonly string[] = ['not-found', 'conflict', 'invalid'];

/** Asked by whoever holds the secret, logged in or not: the gateway asks for them. */
export const invitationQueries: QueryResolvers = {
  invitation: async (_, { secret }, { own }) => {
    try {
      const { email, name, tenantName, locale, expiresAt } = await own.people.getInvitation({ secret });
      return { email, name, tenantName, locale, expiresAt: iso(expiresAt) };
    } catch (error) {
      if (AppError.is(error) && VOID_KINDS.includes(error.kind)) return null;
      throw error;
    }
  },
};

/** `publicUrl`: where people reach the console, without a slash at the end. */
export function invitationMutations({ publicUrl }: { publicUrl: string }): MutationResolvers {
  const invited = (answer: { user?: UserState; invitation?: Invitation }) => {
    const { secret, expiresAt } = present(answer.invitation);
    return { user: present(answer.user), link: `${publicUrl}/console/invitation#${encodeURIComponent(secret)}`, expiresAt: iso(expiresAt) };
  };
  return {
    inviteUser: async (_, { input }, { doors }) => {
      const answer = await doors.people.inviteUser({
        email: input.email,
        name: input.name,
        roles: input.roles.map(roleText),
        organisationId: textOf(input.organisationId),
        brandId: textOf(input.brandId),
        locale: textOf(input.locale),
      });
      return invited(answer);
    },
    renewInvitation: async (_, { userId }, { doors }) => invited(await doors.people.renewInvitation({ userId })),
    acceptInvitation: async (_, { secret, name, password }, { own }) => {
      const { username, email } = await own.people.acceptInvitation({ secret, name, password });
      return { username, email };
    },
  };
}
