import Typography from '@mui/material/Typography';
import { useMutation } from '@apollo/client/react';
import { RemoteStopDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CommandDialog } from './command-dialog.js';

interface RemoteStopDialogProps {
  open: boolean;
  onClose: () => void;
  session: { id: string; evseNumber: number; idToken: string };
  stationIdentity: string;
}

/** Ends a session from afar. */
export function RemoteStopDialog({ open, onClose, session, stationIdentity }: RemoteStopDialogProps) {
  const text = useText();
  const [stop] = useMutation(RemoteStopDocument);
  return (
    <CommandDialog
      open={open}
      onClose={onClose}
      title={text('command.stop.title', { station: stationIdentity, number: session.evseNumber })}
      stationIdentity={stationIdentity}
      action={text('command.stop.action')}
      danger
      onSend={async (idempotencyKey) => (await stop({ variables: { sessionId: session.id, idempotencyKey } })).data?.remoteStop}
    >
      <Typography variant="body2" color="textSecondary">
        {text('command.stop.text', { token: session.idToken })}
      </Typography>
    </CommandDialog>
  );
}
