import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useUiText } from '../messages/ui-messages.js';
import { CopyButton } from './copy-button.js';
import { CodeBlock } from './json-view.js';

/** A raw frame exactly as it was on the wire, or laid out for reading. */
export function FrameView({ title, frame }: { title: string; frame: string }) {
  const text = useUiText();
  const pretty = prettyJson(frame);
  const [view, setView] = useState<'pretty' | 'raw'>('pretty');
  const shown = view === 'pretty' && pretty !== undefined ? pretty : frame;
  return (
    <Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 0.75 }}>
        <Typography variant="subtitle2" component="h3" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {pretty !== undefined && (
          <ToggleButtonGroup
            size="small"
            exclusive
            value={view}
            onChange={(_event, next: 'pretty' | 'raw' | null) => next !== null && setView(next)}
            aria-label={title}
            sx={{ '& button': { py: 0.25, px: 1, textTransform: 'none', fontSize: '0.75rem' } }}
          >
            <ToggleButton value="pretty">{text('ui.frame.pretty')}</ToggleButton>
            <ToggleButton value="raw">{text('ui.frame.raw')}</ToggleButton>
          </ToggleButtonGroup>
        )}
        <CopyButton value={frame} what={title} />
      </Box>
      <CodeBlock text={shown} label={title} />
    </Box>
  );
}

function prettyJson(frame: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(frame), null, 2);
  } catch {
    return undefined;
  }
}
