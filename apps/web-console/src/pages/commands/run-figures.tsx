import Block from '@mui/icons-material/Block';
import Cancel from '@mui/icons-material/Cancel';
import CheckCircle from '@mui/icons-material/CheckCircle';
import CloudOff from '@mui/icons-material/CloudOff';
import HourglassBottom from '@mui/icons-material/HourglassBottom';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { StatTile, useFormat } from '@ampline/ui';
import type { CommandRunRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const TILES = [
  ['accepted', 'ok', <CheckCircle key="accepted" />],
  ['refused', 'bad', <Cancel key="refused" />],
  ['failed', 'bad', <CloudOff key="failed" />],
  ['queued', 'notice', <HourglassBottom key="queued" />],
  ['skipped', 'idle', <Block key="skipped" />],
] as const;

/** How far a run is, and what became of its stations. */
export function RunFigures({ run }: { run: CommandRunRowFragment | undefined }) {
  const text = useText();
  const format = useFormat();
  const counts = run?.counts;
  const done = counts && counts.stations > 0 ? ((counts.stations - counts.open) / counts.stations) * 100 : 0;
  const progress =
    counts && text('commandRuns.progress', { done: format.integer(counts.stations - counts.open), count: format.integer(counts.stations) });
  return (
    <Box sx={{ display: 'grid', gap: 1.5, mb: 2.5 }}>
      <Box>
        <Box sx={{ typography: 'body2', color: 'text.secondary', mb: 0.75 }} aria-live="polite">
          {progress ?? '\u00a0'}
        </Box>
        <LinearProgress
          variant="determinate"
          value={done}
          aria-label={text('commandRuns.progressLabel')}
          sx={{ height: 8, borderRadius: 99 }}
        />
      </Box>
      <Box sx={{ display: 'grid', gap: 1.25, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(5, 1fr)' } }}>
        {TILES.map(([name, tone, icon]) => (
          <StatTile
            key={name}
            label={text(`commandRuns.count.${name}`)}
            value={counts && format.integer(counts[name])}
            icon={icon}
            tone={tone}
          />
        ))}
      </Box>
    </Box>
  );
}
