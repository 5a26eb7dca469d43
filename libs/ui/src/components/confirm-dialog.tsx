import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Alert from '@mui/material/Alert';
import { useId, useState, type ReactNode } from 'react';
import { useUiText } from '../messages/ui-messages.js';
import { useFailureText } from './use-failure-text.js';

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  /** Names the thing: “Restart station CP-0042?” */
  title: string;
  /** What will happen, and whether it can be undone. */
  children?: ReactNode;
  /** The deed as a verb: “Restart”. */
  action: string;
  /** For what cannot be undone or interrupts somebody. */
  danger?: boolean;
  /** Does it; the dialog closes when it is done, and shows why when it is not. */
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that matters. */
export function ConfirmDialog({ open, onClose, title, children, action, danger = false, onConfirm }: ConfirmDialogProps) {
  const text = useUiText();
  const failureText = useFailureText();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const close = () => {
    setFailure(undefined);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={busy ? undefined : close} aria-labelledby={id} maxWidth="xs" fullWidth>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2, color: 'text.secondary', fontSize: '0.875rem' }}>
        {children}
        {failure !== undefined && <Alert severity="error">{failureText(failure)}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={close} disabled={busy} autoFocus={danger}>
          {text('ui.cancel')}
        </Button>
        <Button variant="contained" color={danger ? 'error' : 'primary'} onClick={() => void confirm()} loading={busy} autoFocus={!danger}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
