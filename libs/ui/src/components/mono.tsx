import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { MONO } from '../theme/theme.js';

/** Identifiers, keys, codes. */
export function Mono({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ fontFamily: MONO, fontSize: '0.9em' }}>
      {children}
    </Box>
  );
}
