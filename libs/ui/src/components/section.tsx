import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import type { SxProps, Theme } from '@mui/material/styles';

interface SectionProps {
  title?: string;
  /** A sentence under the title. */
  hint?: ReactNode;
  actions?: ReactNode;
  /** Without padding around the content: tables, lists. */
  flush?: boolean;
  children: ReactNode;
  sx?: SxProps<Theme>;
}

/** A part of a page on a surface of its own. */
export function Section({ title, hint, actions, flush = false, children, sx }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={title === undefined ? undefined : id} sx={{ overflow: 'hidden', ...sx }}>
      {title !== undefined && (
        <Stack
          direction="row"
          sx={{ alignItems: 'center', justifyContent: 'space-between', gap: 1, px: 2.5, pt: 1.75, pb: flush ? 1.5 : 0, minHeight: 46 }}
        >
          <Box sx={{ minWidth: 0 }}>
            <Typography variant="h2" id={id}>
              {title}
            </Typography>
            {hint !== undefined && (
              <Typography variant="caption" color="textSecondary" component="div">
                {hint}
              </Typography>
            )}
          </Box>
          {actions !== undefined && <Box sx={{ flexShrink: 0 }}>{actions}</Box>}
        </Stack>
      )}
      <Box sx={flush ? undefined : { px: 2.5, pt: title === undefined ? 2 : 1.5, pb: 2.25 }}>{children}</Box>
    </Paper>
  );
}
