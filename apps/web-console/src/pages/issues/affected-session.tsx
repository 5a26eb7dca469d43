import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { KeyValues, RouterLink, Section, useFormat } from '@ampline/ui';
import { IssueSessionDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { SessionState } from '../sessions/session-state.js';

/** The session that an issue is about. */
export function AffectedSession({ sessionId }: { sessionId: string }) {
  const text = useText();
  const format = useFormat();
  const { data, error } = useQuery(IssueSessionDocument, { variables: { id: sessionId } });
  const session = data?.session;
  return (
    <Section
      title={text('issue.session')}
      actions={
        session && (
          <RouterLink to={`/sessions/${session.id}`} variant="body2">
            {text('sessions.evse', { station: session.stationIdentity, number: session.evseNumber })}
          </RouterLink>
        )
      }
    >
      {session && (
        <KeyValues
          minWidth={150}
          items={[
            [text('sessions.status'), <SessionState key="state" status={session.status} />],
            [text('sessions.idToken'), session.idToken],
            [text('session.startedAt'), format.dateTime(session.startedAt, session.timeZone)],
            [
              text('session.endedAt'),
              session.status === 'ACTIVE' ? text('session.running') : format.dateTime(session.endedAt, session.timeZone),
            ],
            [text('sessions.energy'), format.energy(session.energyWh)],
            [text('session.meterStart'), format.register(session.meterStartWh)],
            [text('session.meterLast'), format.register(session.meterLastWh)],
          ]}
        />
      )}
      {data === undefined && error === undefined && <Skeleton variant="rounded" height={96} />}
      {!session && (data !== undefined || error !== undefined) && <Typography variant="body2">{text('issue.sessionAway')}</Typography>}
    </Section>
  );
}
