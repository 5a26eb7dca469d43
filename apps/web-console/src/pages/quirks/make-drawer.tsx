import Box from '@mui/material/Box';
import MuiLink from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { DetailDrawer, KeyValues, RouterLink } from '@ampline/ui';
import type { QuirkEntryRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { QuirkExplained } from './quirk-explained.js';
import { useMakeText } from './use-make-text.js';

/** A make: what its stations do, which of them there are, who reported it. */
export function MakeDrawer({ entry, onClose }: { entry: QuirkEntryRowFragment; onClose: () => void }) {
  const text = useText();
  const { nameOf, firmwareOf } = useMakeText();
  const more = entry.stationCount - entry.stations.length;
  return (
    <DetailDrawer open onClose={onClose} title={nameOf(entry)}>
      <KeyValues items={[[text('quirks.firmware'), firmwareOf(entry)]]} />
      {entry.quirks.map((name) => (
        <QuirkExplained key={name} quirk={{ name }} />
      ))}
      <div>
        <Typography variant="caption" color="textSecondary" component="h3">
          {text('quirks.yourStations')}
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '4px 12px' }}>
          {entry.stations.map(({ id, identity }) => (
            <RouterLink key={id} to={`/stations/${id}`} variant="body2">
              {identity}
            </RouterLink>
          ))}
          <Typography variant="body2" color="textSecondary">
            {entry.stationCount === 0 && text('quirks.noStations')}
            {more > 0 && text('quirks.moreStations', { count: more })}
          </Typography>
        </Box>
      </div>
      <div>
        <Typography variant="caption" color="textSecondary" component="h3">
          {text('quirks.sources')}
        </Typography>
        {entry.sources.map((source) => (
          <MuiLink
            key={source}
            href={source}
            target="_blank"
            rel="noreferrer"
            variant="body2"
            sx={{ display: 'block', overflowWrap: 'anywhere' }}
          >
            {source.replace('https://', '')}
          </MuiLink>
        ))}
      </div>
      {entry.note !== null && <KeyValues minWidth={400} items={[[text('quirks.note'), entry.note]]} />}
    </DetailDrawer>
  );
}
