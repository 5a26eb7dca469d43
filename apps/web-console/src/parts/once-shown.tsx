import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { CopyButton, MONO } from '@ampline/ui';
import { useId, type ReactNode } from 'react';
import { useText } from '../messages.js';

interface OnceShownProps {
  title: string;
  /** Names the link or key. */
  label: string;
  value: string;
  /** What to do with it. */
  children: ReactNode;
  onClose: () => void;
}

/** A link or key that the platform tells once and never again. */
export function OnceShown({ title, label, value, children, onClose }: OnceShownProps) {
  const text = useText();
  const id = useId();
  return (
    <Dialog open aria-labelledby={id} maxWidth="sm" fullWidth>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2, pt: '8px !important', fontSize: '0.875rem' }}>
        <div>{children}</div>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <TextField
            label={label}
            value={value}
            fullWidth
            slotProps={{
              htmlInput: { readOnly: true, style: { fontFamily: MONO, fontSize: '0.8125rem' } },
              input: { onFocus: (event) => event.target.select() },
            }}
          />
          <CopyButton value={value} what={label} />
        </Box>
        <Alert severity="warning">{text('parts.onceShown')}</Alert>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose} autoFocus>
          {text('parts.kept')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
