import EventAvailable from '@mui/icons-material/EventAvailableOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useFormat } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import type { ReservationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { CancelDialog } from './reservation-drawer.js';

/** For whom an EVSE, or any of a station, is kept free; or nothing. */
export function ReservedFor({ reservation }: { reservation: ReservationRowFragment }) {
  const text = useText();
  const format = useFormat();
  const operator = useViewer().may(...OPERATORS);
  const [asking, setAsking] = useState(false);
  const { status, evseNumber, idToken: token, expiresAt } = reservation;
  const until = format.clock(expiresAt);
  const key = status === 'REQUESTED' ? 'reservation.tileAsked' : evseNumber === 0 ? 'reservation.tileAny' : 'reservation.tile';
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', columnGap: 0.75, minWidth: 0 }}>
      <EventAvailable aria-hidden sx={{ fontSize: 16, color: 'text.secondary' }} />
      <Typography variant="caption" sx={{ flex: 1, minWidth: 120, overflowWrap: 'anywhere' }}>
        {text(key, { until, token })}
      </Typography>
      {operator && (
        <Button size="small" color="inherit" onClick={() => setAsking(true)}>
          {text('reservation.cancelShort')}
        </Button>
      )}
      <CancelDialog reservation={reservation} open={asking} onClose={() => setAsking(false)} />
    </Box>
  );
}
