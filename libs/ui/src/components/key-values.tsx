import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

/** Facts about one thing: name and value, in as many columns as there is room for. */
export function KeyValues({
  items,
  minWidth = 180,
}: {
  items: readonly (readonly [label: string, value: ReactNode])[];
  minWidth?: number;
}) {
  return (
    <Box
      component="dl"
      sx={{ m: 0, display: 'grid', gap: '14px 24px', gridTemplateColumns: `repeat(auto-fill, minmax(min(${minWidth}px, 100%), 1fr))` }}
    >
      {items.map(([label, value]) => (
        <Box key={label} sx={{ minWidth: 0 }}>
          <Typography component="dt" variant="caption" color="textSecondary">
            {label}
          </Typography>
          <Typography
            component="dd"
            variant="body2"
            sx={{ m: 0, fontWeight: 500, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' }}
          >
            {value === null || value === undefined || value === '' ? '–' : value}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
