import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { SetStationRegistrationDocument, type Registration } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** Admits a station that waits, or shuts it out. */
export function RegistrationActions({ station }: { station: { id: string; identity: string; registration: Registration } }) {
  const text = useText();
  const toasts = useToasts();
  const { may } = useViewer();
  const [set] = useMutation(SetStationRegistrationDocument);
  const [open, setOpen] = useState<'ACCEPTED' | 'REJECTED'>();
  const [last, setLast] = useState<'ACCEPTED' | 'REJECTED'>('ACCEPTED');
  const { id: stationId, identity, registration } = station;
  if (!may(...OPERATORS) || registration === 'ACCEPTED') return null;
  const ask = (wanted: typeof last) => {
    setLast(wanted);
    setOpen(wanted);
  };
  return (
    <>
      {registration === 'PENDING' && (
        <Button variant="outlined" color="error" onClick={() => ask('REJECTED')}>
          {text('station.reject')}
        </Button>
      )}
      <Button variant="contained" onClick={() => ask('ACCEPTED')}>
        {text('station.admit')}
      </Button>
      <ConfirmDialog
        open={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={text(last === 'ACCEPTED' ? 'station.admitTitle' : 'station.rejectTitle', { station: identity })}
        action={text(last === 'ACCEPTED' ? 'station.admit' : 'station.reject')}
        danger={last === 'REJECTED'}
        onConfirm={async () => {
          await set({ variables: { stationId, registration: last } });
          toasts.success(text(last === 'ACCEPTED' ? 'station.admitted' : 'station.rejected', { station: identity }));
        }}
      >
        {text(last === 'ACCEPTED' ? 'station.admitText' : 'station.rejectText')}
      </ConfirmDialog>
    </>
  );
}
