import Box from '@mui/material/Box';
import { useFormat, useNow } from '@ampline/ui';
import { useText } from '../../messages.js';
import { lastDayBefore } from '../../parts/dates.js';

const HOUR_MS = 3_600_000;

/** The last day on which an id token is valid; marked when it is over. */
export function TokenExpiry({ at }: { at: string | null | undefined }) {
  const text = useText();
  const format = useFormat();
  const now = useNow(HOUR_MS);
  if (!at) return text('idTokens.never');
  const over = Date.parse(at) <= now;
  return (
    <Box component="span" sx={({ vars }) => (over ? { color: vars?.palette.tone.bad.text, fontWeight: 560 } : {})}>
      {format.date(`${lastDayBefore(at)}T12:00`)}
    </Box>
  );
}
