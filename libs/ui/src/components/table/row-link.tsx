import ButtonBase from '@mui/material/ButtonBase';
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RowTarget } from './columns.js';

/** What a row is about, as the link or button that opens it. Arrow keys of the table go from one to the next (`data-row-link`). */
export function RowLink<T>({ row, rowTo, onOpen, children, tabIndex }: RowTarget<T> & { row: T; children: ReactNode; tabIndex?: number }) {
  const look = {
    font: 'inherit',
    fontWeight: 580,
    color: 'text.primary',
    textAlign: 'start',
    textDecoration: 'none',
    borderRadius: 0.5,
  } as const;
  const common = { 'data-row-link': true, tabIndex } as const;
  if (rowTo !== undefined) {
    return (
      <Box component={Link} to={rowTo(row)} {...common} sx={{ ...look, '&:hover': { textDecoration: 'underline' } }}>
        {children}
      </Box>
    );
  }
  if (onOpen !== undefined) {
    return (
      <ButtonBase onClick={() => onOpen(row)} {...common} sx={look}>
        {children}
      </ButtonBase>
    );
  }
  return (
    <Box component="span" sx={look}>
      {children}
    </Box>
  );
}
