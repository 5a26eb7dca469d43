import { useFormat } from '@ampline/ui';
import type { InviteUserMutation } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { OnceShown } from '../../parts/once-shown.js';

export type Invitation = InviteUserMutation['inviteUser'];

/** The link of an invitation, told once. */
export function InvitationShown({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const { user, link, expiresAt } = invitation;
  return (
    <OnceShown title={text('users.invited', { name: user.name })} label={text('users.link')} value={link} onClose={onClose}>
      {text('users.invitedText', { email: user.email, until: format.dateTime(expiresAt) })}
    </OnceShown>
  );
}
