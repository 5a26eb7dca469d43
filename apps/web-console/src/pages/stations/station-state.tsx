import Box from '@mui/material/Box';
import { StatusChip, useFreshness } from '@ampline/ui';
import { SERVICES } from '../../app/services.js';
import type { Registration } from '../../generated/graphql.js';

/** Whether a station is connected; whether it is admitted at all comes first. Without its colour while nobody knows whether it still holds. */
export function StationState({ station: { online, registration } }: { station: { online: boolean; registration: Registration } }) {
  const { fresh } = useFreshness(SERVICES.stations);
  const connection = online ? 'ONLINE' : 'OFFLINE';
  return (
    <Box component="span" sx={{ display: 'inline-flex', maxWidth: '100%', filter: fresh ? 'none' : 'grayscale(1)' }}>
      <StatusChip status={registration === 'ACCEPTED' ? connection : registration} />
    </Box>
  );
}
