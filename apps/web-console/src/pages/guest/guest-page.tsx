import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import LinkOff from '@mui/icons-material/LinkOffOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { EmptyState, failureOf, KeyValues, TimeChart, useFormat } from '@ampline/ui';
import { useEffect, useMemo, useState } from 'react';
import { useLocation, useParams } from 'react-router';
import { PublicFrame } from '../../app/public-frame.js';
import { GuestSessionDocument, type GuestSessionQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { powerCurve } from '../sessions/curves.js';
import { SessionDuration } from '../sessions/session-duration.js';
import { SessionState } from '../sessions/session-state.js';

const POLL_MS = 4_000;

type GuestSession = NonNullable<GuestSessionQuery['session']>;

/** One session for somebody without an account. The secret stands behind the #, so that it is sent to nobody but the API. */
export function GuestPage() {
  const text = useText();
  const { sessionId = '' } = useParams();
  const secret = useLocation().hash.slice(1);
  const client = useMemo(() => guestClient(secret), [secret]);
  const [ended, setEnded] = useState(false);
  const { data, error } = useQuery(GuestSessionDocument, {
    client,
    variables: { id: sessionId },
    fetchPolicy: 'network-only',
    pollInterval: ended ? 0 : POLL_MS,
  });
  const [asOf, setAsOf] = useState(() => Date.now());
  const session = data?.session;
  useEffect(() => {
    setAsOf(Date.now());
    if (session && session.status !== 'ACTIVE') setEnded(true);
  }, [session]);
  const refused = error !== undefined && failureOf(error).code !== 'network';
  return (
    <PublicFrame title={text('guest.title')}>
      <Paper variant="outlined" sx={{ width: 'min(640px, 100%)', p: { xs: 2.5, sm: 4 }, display: 'grid', gap: 2.5 }}>
        {session && !refused && <Shown session={session} away={error !== undefined ? asOf : undefined} />}
        {!session && error === undefined && data === undefined && <Skeleton variant="rounded" height={500} />}
        {(refused || (!session && (error !== undefined || data !== undefined))) && (
          <Box>
            <Typography variant="h1" sx={{ textAlign: 'center' }}>
              {text('guest.title')}
            </Typography>
            <EmptyState icon={<LinkOff />} title={text('guest.void')}>
              {text('guest.voidText')}
            </EmptyState>
          </Box>
        )}
      </Paper>
    </PublicFrame>
  );
}

function guestClient(secret: string): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({ uri: '/graphql', headers: { authorization: `Guest ${secret}` } }),
    cache: new InMemoryCache(),
  });
}

/** @param away since when the platform cannot be reached, ms */
function Shown({ session, away }: { session: GuestSession; away: number | undefined }) {
  const text = useText();
  const format = useFormat();
  const { status, timeZone, startedAt, endedAt } = session;
  const running = status === 'ACTIVE';
  const points = powerCurve(session.readings?.nodes ?? []);
  return (
    <>
      <Box>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, flexWrap: 'wrap' }}>
          <Typography variant="h1">{text('guest.title')}</Typography>
          <SessionState status={status} />
        </Box>
        <Typography variant="body2" color="textSecondary">
          {[session.siteName, session.locationName, text('sessions.evse', { station: session.stationIdentity, number: session.evseNumber })]
            .filter(Boolean)
            .join(' · ')}
        </Typography>
      </Box>
      <Box aria-live="polite" sx={{ '&:empty': { display: 'none' } }}>
        {away !== undefined && <Alert severity="warning">{text('guest.away', { time: format.time(new Date(away)) })}</Alert>}
        {away === undefined && !running && <Alert severity="success">{text('guest.ended')}</Alert>}
      </Box>
      <Typography variant="figure" component="p" sx={{ fontSize: '2.75rem' }}>
        {format.energy(session.energyWh)}
      </Typography>
      <KeyValues
        minWidth={120}
        items={[
          [text('session.power'), running ? format.power(session.powerW) : '–'],
          [
            text('sessions.duration'),
            <SessionDuration key="duration" startedAt={startedAt} endedAt={running ? null : (endedAt ?? startedAt)} />,
          ],
          [text('session.soc'), format.percent(session.socPercent)],
          [text('session.startedAt'), format.dateTime(startedAt, timeZone)],
          [text('session.endedAt'), running ? text('session.running') : format.dateTime(endedAt, timeZone)],
        ]}
      />
      {points.length > 1 && (
        <Box sx={{ pt: 4 }}>
          <TimeChart
            label={text('guest.curve')}
            description={text('session.powerCurveText', {
              from: format.clock(startedAt, timeZone),
              to: format.clock(new Date(points.at(-1)?.at ?? 0), timeZone),
              most: format.power(Math.max(...points.map(({ value }) => value))),
            })}
            points={points}
            kind="curve"
            format={format.power}
            timeZone={timeZone}
            height={180}
          />
        </Box>
      )}
      {running && (
        <Typography variant="caption" color="textSecondary">
          {text('guest.updated')}
        </Typography>
      )}
    </>
  );
}
