import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId, type ReactNode } from 'react';
import { useUiText } from '../messages/ui-messages.js';

interface FormDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The deed as a verb: “Create”. */
  action: string;
  busy: boolean;
  /** What stands over the fields when sending failed; problems of single fields stand at the fields. */
  failure?: string | undefined;
  onSubmit: () => void;
  children: ReactNode;
}

/** A form in a dialog. */
export function FormDialog({ open, onClose, title, action, busy, failure, onSubmit, children }: FormDialogProps) {
  const text = useUiText();
  const id = useId();
  return (
    <Dialog open={open} onClose={busy ? undefined : onClose} aria-labelledby={id} maxWidth="sm" fullWidth>
      <Box
        component="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
        sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}
      >
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2, pt: '8px !important' }}>
          {failure !== undefined && <Alert severity="error">{failure}</Alert>}
          {children}
        </DialogContent>
        <DialogActions>
          <Button color="inherit" onClick={onClose} disabled={busy}>
            {text('ui.cancel')}
          </Button>
          <Button variant="contained" type="submit" loading={busy}>
            {action}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
