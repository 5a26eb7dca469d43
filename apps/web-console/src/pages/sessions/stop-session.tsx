import StopCircle from '@mui/icons-material/StopCircleOutlined';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog } from '@ampline/ui';
import { useState } from 'react';
import { StopSessionDocument, type SessionFactsFragment, type StopSessionMutation } from '../../generated/graphql.js';
import { useText, type ConsoleKey } from '../../messages.js';

type Stop = StopSessionMutation['remoteStop'];

/** What became of a stop, for everybody to read. */
export interface StopOutcome {
  severity: 'success' | 'warning' | 'error';
  message: ConsoleKey;
}

interface StopSessionProps {
  session: SessionFactsFragment;
  onOutcome: (outcome: StopOutcome) => void;
}

/** Ends a session from afar. */
export function StopSession({ session, onOutcome }: StopSessionProps) {
  const text = useText();
  const [asked, setAsked] = useState<string>();
  const [stop] = useMutation(StopSessionDocument);
  const { id, stationIdentity, idToken } = session;
  return (
    <>
      {/* One key for each time that one asks: a repeated answer to the same question stops nothing twice. */}
      <Button variant="contained" color="error" startIcon={<StopCircle />} onClick={() => setAsked(crypto.randomUUID())}>
        {text('session.stop')}
      </Button>
      <ConfirmDialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={text('session.stopTitle', { station: stationIdentity })}
        action={text('session.stop')}
        danger
        onConfirm={async () => {
          const { data } = await stop({ variables: { sessionId: id, idempotencyKey: asked ?? '' } });
          if (data) onOutcome(outcomeOf(data.remoteStop));
        }}
      >
        {text('session.stopText', { idToken })}
      </ConfirmDialog>
    </>
  );
}

function outcomeOf({ outcome, responseStatus }: Stop): StopOutcome {
  switch (outcome) {
    case 'ANSWERED':
      return responseStatus === 'Accepted'
        ? { severity: 'success', message: 'session.stopSent' }
        : { severity: 'error', message: 'session.stopRejected' };
    case 'REFUSED_BY_STATION':
      return { severity: 'error', message: 'session.stopRejected' };
    case 'STATION_OFFLINE':
      return { severity: 'error', message: 'session.stopOffline' };
    case 'NOT_SENT':
    case 'EXPIRED':
    case 'CANCELLED':
      return { severity: 'error', message: 'session.stopNotSent' };
    case 'PENDING':
    case 'QUEUED':
    case 'TIMEOUT':
      return { severity: 'warning', message: 'session.stopTimeout' };
  }
}
