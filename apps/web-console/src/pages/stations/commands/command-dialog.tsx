import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useFailureText, useUiText } from '@ampline/ui';
import { useEffect, useId, useState, type ReactNode } from 'react';
import type { StationCommandFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CommandResult } from './command-result.js';

interface CommandDialogProps {
  open: boolean;
  onClose: () => void;
  /** Names the station: “Restart AMP-00042?” */
  title: string;
  /** What will happen. */
  children?: ReactNode;
  stationIdentity: string;
  /** The deed as a verb. */
  action: string;
  /** Interrupts somebody. */
  danger?: boolean;
  /**
   * Sends it; undefined when the fields of the dialog do not allow that.
   * @param idempotencyKey the same for every attempt of one opened dialog: a repetition after a lost answer sends nothing twice
   */
  onSend: (idempotencyKey: string) => Promise<StationCommandFragment | undefined>;
}

/** Asks, sends, waits for the station and says what became of it: somebody who commands a station is never left guessing. */
export function CommandDialog({ open, onClose, title, children, stationIdentity, action, danger = false, onSend }: CommandDialogProps) {
  const text = useText();
  const uiText = useUiText();
  const failureText = useFailureText();
  const id = useId();
  const [key, setKey] = useState('');
  const [waiting, setWaiting] = useState(false);
  const [result, setResult] = useState<StationCommandFragment>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    if (!open) return;
    setKey(crypto.randomUUID());
    setResult(undefined);
    setFailure(undefined);
  }, [open]);
  const send = async () => {
    setWaiting(true);
    setFailure(undefined);
    try {
      setResult(await onSend(key));
    } catch (error) {
      setFailure(error);
    } finally {
      setWaiting(false);
    }
  };
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={id} maxWidth="sm" fullWidth>
      <Box
        component="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!waiting && result === undefined) void send();
        }}
        sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}
      >
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2, pt: '8px !important' }}>
          <Box inert={waiting || result !== undefined} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}>
            {children}
          </Box>
          <Box aria-live="polite" sx={{ display: 'grid', gap: 1.5, alignContent: 'end', minHeight: 76 }}>
            {waiting && (
              <Box>
                <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
                  {text('command.waiting', { station: stationIdentity })}
                </Typography>
                <LinearProgress aria-label={text('command.waiting', { station: stationIdentity })} />
              </Box>
            )}
            {failure !== undefined && <Alert severity="error">{failureText(failure)}</Alert>}
            {result !== undefined && <CommandResult command={result} />}
          </Box>
        </DialogContent>
        <DialogActions>
          {result === undefined ? (
            <>
              <Button key="cancel" color="inherit" onClick={onClose}>
                {uiText(waiting ? 'ui.close' : 'ui.cancel')}
              </Button>
              <Button key="send" type="submit" variant="contained" color={danger ? 'error' : 'primary'} loading={waiting}>
                {action}
              </Button>
            </>
          ) : (
            <Button key="done" variant="contained" onClick={onClose} autoFocus>
              {uiText('ui.close')}
            </Button>
          )}
        </DialogActions>
      </Box>
    </Dialog>
  );
}
