import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { RouterLink } from '@ampline/ui';
import type { StationTileFragment } from '../../generated/graphql.js';
import { ConnectorTile } from '../stations/connector-tile.js';
import { StationState } from '../stations/station-state.js';

/** A station with its connectors; all of it leads to its page. */
export function StationTile({ station }: { station: StationTileFragment }) {
  const { id, identity, online, vendor, model, location, evses } = station;
  const product = [vendor, model].filter(Boolean).join(' ');
  return (
    <Paper
      variant="outlined"
      sx={{ position: 'relative', p: 1.75, height: '100%', transition: 'border-color 120ms', '&:hover': { borderColor: 'primary.main' } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1, minHeight: 26 }}>
        <Typography variant="h3" component="h2" noWrap>
          <RouterLink
            to={`/stations/${id}`}
            sx={{ color: 'text.primary', fontWeight: 'inherit', '&::after': { content: '""', position: 'absolute', inset: 0 } }}
          >
            {identity}
          </RouterLink>
        </Typography>
        <Box sx={{ flexShrink: 0 }}>
          <StationState station={station} />
        </Box>
      </Box>
      <Typography variant="caption" color="textSecondary" component="p" noWrap sx={{ mb: 1.25 }}>
        {[location.name, product].filter(Boolean).join(' · ')}
      </Typography>
      <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'repeat(auto-fill, minmax(120px, 1fr))' }}>
        {evses.flatMap((evse) =>
          evse.connectors.map((connector) => <ConnectorTile key={connector.id} evse={evse} connector={connector} online={online} />),
        )}
      </Box>
    </Paper>
  );
}
