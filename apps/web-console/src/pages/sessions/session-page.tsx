import Battery from '@mui/icons-material/BatteryChargingFullOutlined';
import Bolt from '@mui/icons-material/BoltOutlined';
import Schedule from '@mui/icons-material/ScheduleOutlined';
import Speed from '@mui/icons-material/SpeedOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useQuery } from '@apollo/client/react';
import { EmptyState, ErrorState, isMissing, PageHeader, RouterLink, Stale, StatTile, useFormat, useLive, useNow } from '@ampline/ui';
import { useState } from 'react';
import { useParams } from 'react-router';
import { OPERATORS, PEOPLE_READERS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import { SessionChangedDocument, SessionDetailDocument, type SessionFactsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { GuestLink } from './guest-link.js';
import { SessionCurves } from './session-curves.js';
import { SessionDoubts } from './session-doubts.js';
import { SessionFacts } from './session-facts.js';
import { SessionSignedValues } from './signed-values.js';
import { SessionState } from './session-state.js';
import { chargedWh, type Reading } from '../../parts/readings.js';
import { StopSession, type StopOutcome } from './stop-session.js';
import { useReadings } from './use-readings.js';

/** One session, live while it runs. */
export function SessionPage() {
  const text = useText();
  const { sessionId = '' } = useParams();
  const { data, error, refetch } = useQuery(SessionDetailDocument, { variables: { id: sessionId } });
  const session = data?.session;
  useLive(SessionChangedDocument, { variables: { id: sessionId }, skip: !session });
  const crumbs = [{ label: text('nav.sessions'), to: '/sessions' }];

  const missing = data !== undefined || isMissing(error);
  if (session) return <Shown key={session.id} session={session} />;
  return (
    <>
      <PageHeader title={text('sessions.title')} crumbs={crumbs} />
      {missing && (
        <EmptyState
          icon={<Bolt />}
          title={text('session.missing')}
          action={<RouterLink to="/sessions">{text('session.toList')}</RouterLink>}
        />
      )}
      {!missing && data === undefined && error !== undefined && (
        <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
      )}
    </>
  );
}

function Shown({ session }: { session: SessionFactsFragment }) {
  const text = useText();
  const viewer = useViewer();
  const [outcome, setOutcome] = useState<StopOutcome>();
  const { id, status, stationIdentity, evseNumber, siteName } = session;
  const running = status === 'ACTIVE';
  const read = useReadings(id, running);
  const latest = running ? read.readings?.at(-1) : undefined;
  return (
    <>
      <PageHeader
        title={text('sessions.evse', { station: stationIdentity, number: evseNumber })}
        badge={<SessionState status={status} />}
        subtitle={siteName}
        crumbs={[{ label: text('nav.sessions'), to: '/sessions' }]}
        actions={
          <>
            {viewer.may(...PEOPLE_READERS) && <GuestLink sessionId={id} />}
            {running && viewer.may(...OPERATORS) && <StopSession session={session} onOutcome={setOutcome} />}
          </>
        }
      />
      <Box sx={{ display: 'grid', gap: 2 }}>
        <Box aria-live="polite" sx={{ '&:empty': { display: 'none' } }}>
          {outcome && (running || outcome.severity !== 'success') && (
            <Alert severity={outcome.severity} onClose={() => setOutcome(undefined)}>
              {text(outcome.message)}
            </Alert>
          )}
        </Box>
        <Stale services={SERVICES.sessions}>
          <Figures session={session} latest={latest} />
        </Stale>
        <SessionDoubts session={session} />
        <SessionCurves session={session} read={read} />
        <SessionSignedValues session={session} />
        <SessionFacts session={session} latest={latest} />
      </Box>
    </>
  );
}

/** @param latest newest reading of a running session, which the session itself is behind of */
function Figures({ session, latest }: { session: SessionFactsFragment; latest: Reading | undefined }) {
  const text = useText();
  const format = useFormat();
  const { status, startedAt, endedAt, timeZone, meterStartWh } = session;
  const socPercent = latest?.socPercent ?? session.socPercent;
  const running = status === 'ACTIVE';
  const now = useNow(1_000);
  // Told by its end alone, or ended before it began by the clock of the station.
  const untimed = !running && endedAt === startedAt;
  const until = running ? now : Date.parse(endedAt ?? startedAt);
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', lg: 'repeat(4, minmax(0, 1fr))' } }}>
      <StatTile
        label={text('sessions.energy')}
        icon={<Bolt />}
        value={format.energy(chargedWh(session, latest))}
        hint={text('session.energySoFar', { from: format.register(meterStartWh) })}
      />
      <StatTile label={text('session.power')} icon={<Speed />} value={running ? format.power(latest?.powerW ?? session.powerW) : '–'} />
      <StatTile
        label={text('sessions.duration')}
        icon={<Schedule />}
        value={untimed ? '–' : format.duration(until - Date.parse(startedAt))}
        hint={
          untimed
            ? text('session.untimed', { at: format.clock(endedAt, timeZone) })
            : text('session.ofSession', { from: format.clock(startedAt, timeZone), to: running ? '…' : format.clock(endedAt, timeZone) })
        }
      />
      <StatTile
        label={text('session.soc')}
        icon={<Battery />}
        value={format.percent(socPercent)}
        hint={text(typeof socPercent === 'number' ? 'session.socHint' : 'session.socUnknown')}
      />
    </Box>
  );
}
