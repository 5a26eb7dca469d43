import Add from '@mui/icons-material/AddCircleOutlined';
import Cancel from '@mui/icons-material/Cancel';
import CheckCircle from '@mui/icons-material/CheckCircle';
import Edit from '@mui/icons-material/EditOutlined';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { StatTile, useFormat } from '@ampline/ui';
import type { ImportHeadFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const TILES = [
  ['toCreate', 'ok', <Add key="create" />],
  ['toChange', 'notice', <Edit key="change" />],
  ['toKeep', 'idle', <CheckCircle key="keep" />],
  ['withErrors', 'bad', <Cancel key="error" />],
] as const;

/** Rows by what becomes of them, and how many are done. */
export function ImportFigures({ shown }: { shown: ImportHeadFragment }) {
  const text = useText();
  const format = useFormat();
  const { state, settled, rowCount } = shown;
  const known = state !== 'CHECKING';
  const progress = text('import.progress', { done: format.integer(settled), count: format.integer(rowCount) });
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {state === 'APPLYING' && (
        <Box>
          <Box sx={{ typography: 'body2', color: 'text.secondary', mb: 0.75 }} aria-live="polite">
            {progress}
          </Box>
          <LinearProgress
            variant="determinate"
            value={rowCount > 0 ? (settled / rowCount) * 100 : 0}
            aria-label={progress}
            sx={{ height: 8, borderRadius: 99 }}
          />
        </Box>
      )}
      {!known && <LinearProgress aria-label={text('import.state.CHECKING')} sx={{ height: 8, borderRadius: 99 }} />}
      <Box sx={{ display: 'grid', gap: 1.25, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(4, 1fr)' } }}>
        {TILES.map(([name, tone, icon]) => (
          <StatTile
            key={name}
            label={text(state === 'APPLIED' ? `import.done.${name}` : `import.count.${name}`)}
            value={known ? format.integer(shown[name]) : undefined}
            icon={icon}
            tone={tone}
          />
        ))}
      </Box>
    </Box>
  );
}
