import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import { useUiText } from '../messages/ui-messages.js';

/** Details of a row beside its list. */
export function DetailDrawer({
  open,
  onClose,
  title,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
}) {
  const text = useUiText();
  const id = useId();
  return (
    <Drawer
      anchor="right"
      open={open}
      onClose={onClose}
      slotProps={{ paper: { role: 'dialog', 'aria-modal': true, 'aria-labelledby': id, sx: { width: 'min(640px, 100vw)' } } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 2.5, py: 1.25, borderBlockEnd: 1, borderColor: 'divider' }}>
        <Typography variant="h2" id={id} sx={{ flex: 1, minWidth: 0 }} noWrap>
          {title}
        </Typography>
        <IconButton onClick={onClose} aria-label={text('ui.close')}>
          <Close />
        </IconButton>
      </Box>
      <Box sx={{ p: 2.5, overflow: 'auto', display: 'grid', gap: 2.5, alignContent: 'start' }}>{children}</Box>
    </Drawer>
  );
}
