import HistoryToggleOff from '@mui/icons-material/HistoryToggleOff';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import type { ReactNode } from 'react';
import { useFormat } from '../format/use-format.js';
import { useUiText } from '../messages/ui-messages.js';
import { useFreshness } from './live-provider.js';

/**
 * Marks what it wraps while one of the services is away or the live connection is lost: without its colours and framed, with the time that it is from. Its words stay as
 * readable as ever.
 * Takes no room while all is well, and none of the content's when not.
 */
export function Stale({ services, children }: { services: readonly string[]; children: ReactNode }) {
  const freshness = useFreshness(services);
  const stale = !freshness.fresh;
  return (
    <Box sx={{ position: 'relative' }} data-stale={stale || undefined}>
      {stale && <AsOf at={freshness.asOf} />}
      <Box
        sx={({ vars }) => ({
          filter: stale ? 'grayscale(1)' : 'none',
          borderRadius: 1.5,
          outline: stale ? `1px dashed ${vars?.palette.tone.notice.mark}` : 'none',
          outlineOffset: 6,
        })}
      >
        {children}
      </Box>
    </Box>
  );
}

function AsOf({ at }: { at: number }) {
  const text = useUiText();
  const format = useFormat();
  const time = format.time(new Date(at));
  return (
    <Tooltip title={text('ui.stale.hint', { time })}>
      <Box
        sx={({ vars }) => ({
          position: 'absolute',
          zIndex: 2,
          insetBlockStart: -10,
          insetInlineEnd: 12,
          display: 'inline-flex',
          alignItems: 'center',
          gap: 0.5,
          px: 1,
          py: 0.25,
          borderRadius: 99,
          fontSize: '0.75rem',
          fontWeight: 600,
          fontVariantNumeric: 'tabular-nums',
          color: vars?.palette.tone.notice.text,
          backgroundColor: vars?.palette.tone.notice.soft,
          border: `1px solid ${vars?.palette.tone.notice.edge}`,
        })}
      >
        <HistoryToggleOff sx={{ fontSize: 14 }} />
        {text('ui.stale', { time })}
      </Box>
    </Tooltip>
  );
}
