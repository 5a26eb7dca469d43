import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Tone } from '../theme/status-colours.js';

interface StatTileProps {
  label: string;
  /** Undefined while it is not known yet. */
  value: string | undefined;
  icon?: ReactNode;
  tone?: Tone;
  /** Under the figure; its line is there even when empty. */
  hint?: ReactNode;
  /** Where the rows behind the figure are. */
  to?: string;
}

/** One figure. The same size whether its value is known or not. */
export function StatTile({ label, value, icon, tone, hint, to }: StatTileProps) {
  const content = (
    <Box sx={{ p: 2, width: '100%', textAlign: 'left' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75, color: 'text.secondary' }}>
        <Box sx={({ vars }) => ({ display: 'grid', '& svg': { fontSize: 18 }, color: tone && vars?.palette.tone[tone].mark })}>{icon}</Box>
        <Typography variant="caption" sx={{ fontWeight: 550 }} noWrap>
          {label}
        </Typography>
      </Box>
      <Typography variant="figure" component="div" sx={{ mt: 0.75, fontSize: { xs: '1.375rem', sm: '1.75rem' } }} noWrap>
        {value ?? <Skeleton width="55%" />}
      </Typography>
      <Typography variant="caption" color="textSecondary" component="div" noWrap sx={{ minHeight: '1.45em' }}>
        {hint}
      </Typography>
    </Box>
  );
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
      {to === undefined ? (
        content
      ) : (
        <ButtonBase component={Link} to={to} sx={{ width: '100%', '&:hover': { backgroundColor: 'action.hover' } }}>
          {content}
        </ButtonBase>
      )}
    </Paper>
  );
}
