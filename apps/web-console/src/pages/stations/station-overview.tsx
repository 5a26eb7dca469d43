import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { EmptyState, KeyValues, Mono, Section, Stale, TimeAgo, Unavailable, useFormat } from '@ampline/ui';
import Bolt from '@mui/icons-material/BoltOutlined';
import { useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import type { StationSessionFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { ReservedFor } from '../reservations/evse-reservation.js';
import { ReservationForm } from '../reservations/reservation-form.js';
import { useOpenReservations } from '../reservations/use-open-reservations.js';
import { RemoteStopDialog } from './commands/remote-stop-dialog.js';
import { ConnectorTile } from './connector-tile.js';
import { LiveSession } from './live/live-session.js';
import { StationQuirks } from './quirks/station-quirks.js';
import type { ShownStation } from './shown-station.js';

/** What the station does at the moment, and what it is. */
export function StationOverview({ station, onRetry }: { station: ShownStation; onRetry: () => void }) {
  const text = useText();
  const format = useFormat();
  const live = station.liveSessions?.filter(({ status }) => status === 'ACTIVE');
  const { location, site } = station;
  // Here and not beside the session: it is gone from the page when the station has stopped it, and the outcome is still to be read.
  const [stopping, setStopping] = useState<StationSessionFragment>();
  const [asking, setAsking] = useState(false);
  const operator = useViewer().may(...OPERATORS);
  const { reservations, reload } = useOpenReservations(station.id);
  const [reserving, setReserving] = useState<number>();
  const stop = (session: StationSessionFragment) => {
    setStopping(session);
    setAsking(true);
  };
  return (
    <Stale services={SERVICES.stations}>
      <Box
        sx={{
          display: 'grid',
          gap: 2.5,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 1fr)' },
        }}
      >
        <Box sx={{ display: 'grid', gap: 2.5, minWidth: 0 }}>
          <Section title={text('station.connectors')}>
            <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(220px, 100%), 1fr))' }}>
              {station.evses.map((evse) => (
                <Box key={evse.id} sx={{ minWidth: 0, display: 'grid', gap: 0.75, alignContent: 'start' }}>
                  {evse.connectors.map((connector) => (
                    <ConnectorTile key={connector.id} evse={evse} connector={connector} online={station.online} />
                  ))}
                  <Typography variant="caption" color="textSecondary" noWrap component="div">
                    {evse.code !== null && <Mono>{evse.code}</Mono>}{' '}
                    {evse.connectors[0]?.statusAt && <TimeAgo at={evse.connectors[0].statusAt} />}
                  </Typography>
                  {reservations
                    .filter(({ evseNumber }) => evseNumber === evse.number)
                    .map((reservation) => (
                      <ReservedFor key={reservation.id} reservation={reservation} />
                    ))}
                  {operator && station.online && isFree(evse) && !reservations.some(({ evseNumber }) => evseNumber === evse.number) && (
                    <Button size="small" color="inherit" sx={{ justifySelf: 'start', ml: -0.75 }} onClick={() => setReserving(evse.number)}>
                      {text('reservation.new')}
                    </Button>
                  )}
                </Box>
              ))}
            </Box>
            {reservations
              .filter(({ evseNumber }) => evseNumber === 0)
              .map((reservation) => (
                <ReservedFor key={reservation.id} reservation={reservation} />
              ))}
          </Section>
          {live === undefined && (
            <Section title={text('station.live')} flush>
              <Unavailable onRetry={onRetry} />
            </Section>
          )}
          {live?.length === 0 && (
            <Section title={text('station.live')} flush>
              <EmptyState icon={<Bolt />} title={text('station.nobodyCharges')} />
            </Section>
          )}
          {live?.map((session) => (
            <LiveSession key={session.id} session={session} onStop={() => stop(session)} />
          ))}
        </Box>
        <Box sx={{ display: 'grid', gap: 2.5, minWidth: 0 }}>
          <Section title={text('station.facts')}>
            <KeyValues
              items={[
                [text('station.identity'), <Mono key="identity">{station.identity}</Mono>],
                [text('station.site'), site.name],
                [text('station.location'), `${location.name}, ${location.address}, ${location.postalCode} ${location.city}`],
                [text('station.model'), [station.vendor, station.model].filter(Boolean).join(' ')],
                [text('station.serialNumber'), station.serialNumber],
                [text('station.firmware'), station.firmwareVersion],
                [text('station.protocol'), station.protocol],
                [
                  text(station.online ? 'station.onlineSince' : 'station.offlineSince'),
                  format.dateTime(station.onlineChangedAt, site.timeZone),
                ],
                [text('station.lastBoot'), format.dateTime(station.lastBootAt, site.timeZone)],
                [text('station.timeZone'), site.timeZone],
              ]}
            />
          </Section>
          <StationQuirks station={station} />
        </Box>
      </Box>
      {reserving !== undefined && (
        <ReservationForm at={{ stationId: station.id, evseNumber: reserving }} onMade={reload} onClose={() => setReserving(undefined)} />
      )}
      {stopping !== undefined && (
        <RemoteStopDialog open={asking} onClose={() => setAsking(false)} session={stopping} stationIdentity={station.identity} />
      )}
    </Stale>
  );
}

/** As far as its connectors say, an EVSE that can be reserved. */
function isFree({ connectors }: ShownStation['evses'][number]): boolean {
  return connectors.every(({ status }) => status === 'AVAILABLE' || status === 'UNKNOWN');
}
