import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, FormCheckbox, FormDialog, FormSelect, useSubmission, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import {
  RaiseSecurityProfilesDocument,
  RotateStationKeysDocument,
  SetSecurityProfileDocument,
  type StationSecurityQuery,
} from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { reasonKey } from '../../security/security-words.js';

interface SecurityActionsProps {
  station: { id: string; identity: string };
  security: StationSecurityQuery['stationSecurity'];
  onDone: () => void;
}

/** A new key, a higher profile, or another requirement. */
export function SecurityActions(props: SecurityActionsProps) {
  const text = useText();
  const [open, setOpen] = useState<'rotate' | 'raise' | 'set'>();
  const { securityProfile, change } = props.security;
  const close = () => setOpen(undefined);
  return (
    <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mt: 2 }}>
      <Button variant="outlined" disabled={change !== null} onClick={() => setOpen('rotate')}>
        {text('security.rotate')}
      </Button>
      {securityProfile < 3 && (
        <Button variant="outlined" disabled={change !== null} onClick={() => setOpen('raise')}>
          {text('security.raise')}
        </Button>
      )}
      <Button color="inherit" onClick={() => setOpen('set')}>
        {text('security.set')}
      </Button>
      <Rotate {...props} open={open === 'rotate'} onClose={close} />
      {open === 'raise' && <Raise {...props} onClose={close} />}
      {open === 'set' && <SetProfile {...props} onClose={close} />}
    </Box>
  );
}

/** Tells what was begun, or why it was not. */
function useOutcome({ station, onDone }: SecurityActionsProps) {
  const text = useText();
  const toasts = useToasts();
  return (passedOver: readonly { reason: string }[] | undefined) => {
    const reason = passedOver?.[0]?.reason;
    const key = reasonKey(reason);
    if (reason === undefined) toasts.success(text('security.changeBegun', { station: station.identity }));
    else toasts.failure(new Error(key === undefined ? reason : text(key)));
    onDone();
  };
}

function Rotate({ open, onClose, ...props }: SecurityActionsProps & { open: boolean; onClose: () => void }) {
  const text = useText();
  const told = useOutcome(props);
  const [rotate] = useMutation(RotateStationKeysDocument);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={text('security.rotateTitle', { station: props.station.identity })}
      action={text('security.rotate')}
      onConfirm={async () => {
        const { data } = await rotate({ variables: { stationIds: [props.station.id] } });
        told(data?.rotateStationKeys.passedOver);
      }}
    >
      {text('security.rotateText')}
    </ConfirmDialog>
  );
}

function Raise({ onClose, ...props }: SecurityActionsProps & { onClose: () => void }) {
  const text = useText();
  const told = useOutcome(props);
  const higher = ([1, 2, 3] as const).filter((profile) => profile > props.security.securityProfile);
  const form = useForm({ defaultValues: { toProfile: String(higher[0] ?? 3), withKey: !props.security.hasPassword, installRoot: false } });
  const [raise] = useMutation(RaiseSecurityProfilesDocument);
  const submission = useSubmission(form, async ({ toProfile, withKey, installRoot }) => {
    const input = { stationIds: [props.station.id], toProfile: Number(toProfile), withKey, installRoot };
    const { data } = await raise({ variables: { input } });
    told(data?.raiseSecurityProfiles.passedOver);
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('security.raiseTitle', { station: props.station.identity })}
      action={text('security.raise')}
      {...submission}
    >
      {text('security.raiseText')}
      <FormSelect
        control={form.control}
        name="toProfile"
        label={text('security.profile')}
        options={higher.map((profile) => ({ value: String(profile), label: text(`security.profile.${profile}`) }))}
      />
      <FormCheckbox control={form.control} name="withKey" label={text('security.withKey')} />
      <FormCheckbox control={form.control} name="installRoot" label={text('security.installRoot')} />
    </FormDialog>
  );
}

function SetProfile({ station, security, onDone, onClose }: SecurityActionsProps & { onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const form = useForm({ defaultValues: { profile: String(security.securityProfile) } });
  const [set] = useMutation(SetSecurityProfileDocument);
  const submission = useSubmission(form, async ({ profile }) => {
    await set({ variables: { stationId: station.id, securityProfile: Number(profile) } });
    toasts.success(text('security.profileSet', { station: station.identity }));
    onDone();
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('security.setTitle', { station: station.identity })}
      action={text('security.set')}
      {...submission}
    >
      {text('security.setText')}
      <FormSelect
        control={form.control}
        name="profile"
        label={text('security.profile')}
        options={([0, 1, 2, 3] as const).map((profile) => ({ value: String(profile), label: text(`security.profile.${profile}`) }))}
      />
    </FormDialog>
  );
}
