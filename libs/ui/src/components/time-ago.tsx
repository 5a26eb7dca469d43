import Box from '@mui/material/Box';
import { useFormat } from '../format/use-format.js';
import { useNow } from './use-now.js';

/** How long ago something was; the exact instant under the pointer. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  const format = useFormat();
  const now = useNow(at !== null && at !== undefined && Date.now() - Date.parse(at) < 60_000 ? 1_000 : 20_000);
  if (at === null || at === undefined) return '–';
  return (
    <Box component="time" dateTime={at} title={format.instant(at)} sx={{ whiteSpace: 'nowrap' }}>
      {format.relative(at, now)}
    </Box>
  );
}
