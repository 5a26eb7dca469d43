import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useUiText, type Pages } from '@ampline/ui';

/** The next page of a list that is no table. */
export function MoreButton({ pages }: { pages: Pages<unknown> }) {
  const text = useUiText();
  if (!pages.hasMore) return null;
  return (
    <Box sx={{ display: 'grid', justifyItems: 'center', mt: 2 }}>
      <Button variant="outlined" onClick={pages.loadMore}>
        {text('ui.table.loadMore')}
      </Button>
    </Box>
  );
}
