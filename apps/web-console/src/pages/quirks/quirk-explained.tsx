import Typography from '@mui/material/Typography';
import { Mono } from '@ampline/ui';
import { useQuirkText } from './use-quirk-text.js';

/** What a quirk is, and what is done about it. */
export function QuirkExplained({ quirk }: { quirk: { name: string; does?: string; handling?: string } }) {
  const { does, handling } = useQuirkText()(quirk);
  return (
    <div>
      <Typography variant="body2" sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>
        {does}
      </Typography>
      <Typography variant="body2" color="textSecondary">
        {handling}
      </Typography>
      <Typography variant="caption" color="textSecondary" component="div">
        <Mono>{quirk.name}</Mono>
      </Typography>
    </div>
  );
}
