import Add from '@mui/icons-material/Add';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';

interface ListBarProps {
  /** The deed that makes a new entry; absent for those who may not. */
  create?: { label: string; onClick: () => void };
  children?: ReactNode;
}

/** Above a list inside a tab: filters, and the button for a new entry. */
export function ListBar({ create, children }: ListBarProps) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', columnGap: 2 }}>
      <Box sx={{ flex: { xs: '1 1 100%', sm: '1 1 0' }, minWidth: 0 }}>{children}</Box>
      {create !== undefined && (
        <Box sx={{ mb: 2 }}>
          <Button variant="contained" startIcon={<Add />} onClick={create.onClick}>
            {create.label}
          </Button>
        </Box>
      )}
    </Box>
  );
}
