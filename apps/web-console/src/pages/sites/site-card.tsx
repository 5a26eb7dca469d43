import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { RouterLink, ShareBar, StatusIcon, useFormat, useUiText, type Status } from '@ampline/ui';
import type { SiteCardFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { connectorShares } from '../stations/connector-shares.js';

/** A site at a glance; all of it leads to its page. */
export function SiteCard({ site: { id, name, counts } }: { site: SiteCardFragment }) {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  const connectors = connectorShares(counts);
  const of = (...statuses: Status[]) => connectors.reduce((sum, { status, count }) => sum + (statuses.includes(status) ? count : 0), 0);
  const figures: readonly (readonly [Status, number])[] = [
    ['AVAILABLE', of('AVAILABLE')],
    ['CHARGING', of('CHARGING')],
    ['FAULTED', of('FAULTED')],
    ['OFFLINE', counts.stations - counts.online],
  ];
  return (
    <Paper
      variant="outlined"
      sx={{ position: 'relative', p: 2.25, height: '100%', transition: 'border-color 120ms', '&:hover': { borderColor: 'primary.main' } }}
    >
      <Typography variant="h2" noWrap title={name}>
        <RouterLink
          to={`/sites/${id}`}
          sx={{ color: 'text.primary', fontWeight: 'inherit', '&::after': { content: '""', position: 'absolute', inset: 0 } }}
        >
          {name}
        </RouterLink>
      </Typography>
      <Typography variant="caption" color="textSecondary" component="p" sx={{ mb: 1.75 }}>
        {text('sites.online', { online: counts.online, count: counts.stations })}
      </Typography>
      <ShareBar label={text('sites.connectors')} shares={connectors} compact />
      <Box component="dl" sx={{ m: 0, mt: 1.75, display: 'grid', gridTemplateColumns: 'repeat(4, minmax(0, 1fr))', gap: 1 }}>
        {figures.map(([status, count]) => (
          <Box key={status} sx={{ minWidth: 0, display: 'flex', flexDirection: 'column-reverse' }}>
            <Typography component="dt" variant="caption" color="textSecondary" noWrap>
              {uiText(`ui.status.${status}`)}
            </Typography>
            <Box
              component="dd"
              sx={{
                m: 0,
                display: 'flex',
                alignItems: 'center',
                gap: 0.5,
                fontWeight: 620,
                fontVariantNumeric: 'tabular-nums',
                color: count === 0 ? 'text.secondary' : 'text.primary',
              }}
            >
              <StatusIcon status={status} /> {format.integer(count)}
            </Box>
          </Box>
        ))}
      </Box>
    </Paper>
  );
}
