import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import { ErrorState, useUiText, type Pages } from '@ampline/ui';
import type { ReactNode } from 'react';

const EXPECTED = 9;

interface TileListProps<T> {
  label: string;
  pages: Pages<T>;
  /** Least width, and height of the room that is held while it loads; px. */
  tile: { width: number; height: number };
  show: (row: T) => ReactNode;
  empty: ReactNode;
}

/** A list of pages as tiles. */
export function TileList<T extends { id: string }>({ label, pages, tile, show, empty }: TileListProps<T>) {
  const text = useUiText();
  const { rows, loading, error } = pages;
  return (
    <>
      {error !== undefined && (
        <Paper variant="outlined">
          <ErrorState error={error} onRetry={pages.reload} />
        </Paper>
      )}
      {!loading && error === undefined && rows.length === 0 && <Paper variant="outlined">{empty}</Paper>}
      <Box
        component="ul"
        aria-busy={loading}
        aria-label={label}
        sx={{
          listStyle: 'none',
          m: 0,
          p: 0,
          display: 'grid',
          gap: 2,
          gridTemplateColumns: `repeat(auto-fill, minmax(min(${tile.width}px, 100%), 1fr))`,
        }}
      >
        {loading &&
          Array.from({ length: EXPECTED }, (_, index) => <Skeleton key={index} component="li" variant="rounded" height={tile.height} />)}
        {rows.map((row) => (
          <li key={row.id}>{show(row)}</li>
        ))}
      </Box>
      {pages.hasMore && (
        <Box sx={{ display: 'grid', justifyItems: 'center', mt: 2 }}>
          <Button variant="outlined" onClick={pages.loadMore}>
            {text('ui.table.loadMore')}
          </Button>
        </Box>
      )}
    </>
  );
}
