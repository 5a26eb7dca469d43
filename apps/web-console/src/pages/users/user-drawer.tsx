import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, DetailDrawer, KeyValues, RouterLink, StatusChip, useFormat, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { ADMINS, AUDITORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  DeleteUserDocument,
  DisableUserDocument,
  EnableUserDocument,
  RenewInvitationDocument,
  type UserRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { Invitation } from './invitation-shown.js';
import { UserForm } from './user-form.js';

type Deed = 'renew' | 'disable' | 'enable' | 'delete';

interface UserDrawerProps {
  user: UserRowFragment;
  onClose: () => void;
  /** Deleted: the list has to be asked for again. */
  onGone: () => void;
  onInvited: (invitation: Invitation) => void;
}

/** One person, and what can be done about their account. */
export function UserDrawer({ user, onClose, onGone, onInvited }: UserDrawerProps) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const viewer = useViewer();
  const [editing, setEditing] = useState(false);
  const [deed, setDeed] = useState<Deed>();
  const [renew] = useMutation(RenewInvitationDocument);
  const [disable] = useMutation(DisableUserDocument);
  const [enable] = useMutation(EnableUserDocument);
  const [remove] = useMutation(DeleteUserDocument);
  const { id, name, status } = user;
  const self = id === viewer.id;
  const admin = viewer.may(...ADMINS) && status !== 'DELETED';

  const confirm = async () => {
    if (deed === 'renew') {
      const { data } = await renew({ variables: { userId: id } });
      if (data) onInvited(data.renewInvitation);
    }
    if (deed === 'disable') await disable({ variables: { id } });
    if (deed === 'enable') await enable({ variables: { id } });
    if (deed === 'delete') {
      await remove({ variables: { id } });
      onGone();
      onClose();
    }
    if (deed !== undefined && deed !== 'renew') toasts.success(text(`user.${deed}Done`, { name }));
  };
  const button = (which: Deed, danger = false) => (
    <Button variant="outlined" color={danger ? 'error' : 'inherit'} onClick={() => setDeed(which)}>
      {text(`user.${which}`)}
    </Button>
  );

  return (
    <DetailDrawer open onClose={onClose} title={name}>
      <KeyValues
        items={[
          [text('users.status'), <StatusChip key="status" status={status} />],
          [text('users.email'), user.email],
          [text('users.roles'), user.roles.map((role) => text(`role.${role}`)).join(', ')],
          [text('users.organisation'), user.organisation?.name],
          [text('users.driver'), user.driver?.name],
          [text('users.locale'), user.locale === 'de' ? 'Deutsch' : 'English'],
          [text('users.created'), format.dateTime(user.createdAt)],
        ]}
      />
      {viewer.may(...AUDITORS) && (
        <div>
          <RouterLink to={`/audit?actor=${id}`}>{text('user.audit')}</RouterLink>
        </div>
      )}
      {admin && (
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <Button variant="outlined" color="inherit" onClick={() => setEditing(true)}>
            {text('parts.edit')}
          </Button>
          {status === 'INVITED' && button('renew')}
          {status === 'ACTIVE' && !self && button('disable')}
          {status === 'DISABLED' && button('enable')}
          {!self && button('delete', true)}
        </Box>
      )}
      {editing && <UserForm user={user} onClose={() => setEditing(false)} />}
      {deed !== undefined && (
        <ConfirmDialog
          open
          onClose={() => setDeed(undefined)}
          title={text(`user.${deed}Title`, { name })}
          action={text(`user.${deed}`)}
          danger={deed === 'disable' || deed === 'delete'}
          onConfirm={confirm}
        >
          {text(`user.${deed}Text`)}
        </ConfirmDialog>
      )}
    </DetailDrawer>
  );
}
