import { useQuery } from '@apollo/client/react';
import { KeyValues, Mono, RouterLink, Section, useFormat } from '@ampline/ui';
import { OWNERS, PEOPLE_READERS, STAFF } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { SessionDriverDocument, type SessionFactsFragment } from '../../generated/graphql.js';
import { useText, type ConsoleKey } from '../../messages.js';
import type { Reading } from '../../parts/readings.js';

const DECISIONS: Readonly<Record<string, ConsoleKey>> = {
  Accepted: 'decision.Accepted',
  Blocked: 'decision.Blocked',
  Expired: 'decision.Expired',
  Invalid: 'decision.Invalid',
  ConcurrentTx: 'decision.ConcurrentTx',
};

/**
 * What is known of a session. Times are those of the place.
 *
 * @param latest newest reading of a running session, which the session itself is behind of
 */
export function SessionFacts({ session, latest }: { session: SessionFactsFragment; latest: Reading | undefined }) {
  const text = useText();
  const format = useFormat();
  const viewer = useViewer();
  const driver = useQuery(SessionDriverDocument, {
    variables: { id: session.id },
    skip: !viewer.may(...PEOPLE_READERS, ...OWNERS),
  }).data?.session?.driver;
  const { status, timeZone } = session;
  const running = status === 'ACTIVE';
  const decision = DECISIONS[session.decision];
  const staff = viewer.may(...STAFF);
  return (
    <Section title={text('session.facts')}>
      <KeyValues
        minWidth={200}
        items={[
          [
            text('session.station'),
            staff ? <RouterLink to={`/stations/${session.stationId}`}>{session.stationIdentity}</RouterLink> : session.stationIdentity,
          ],
          [text('session.siteAndLocation'), [session.siteName, session.locationName].filter(Boolean).join(' · ')],
          [text('session.evse'), text('session.evseValue', { evse: session.evseNumber, connector: session.connectorNumber })],
          [text('session.evseCode'), session.evseCode && <Mono>{session.evseCode}</Mono>],
          [text('sessions.idToken'), session.idToken && <Mono>{session.idToken}</Mono>],
          [text('session.decision'), decision === undefined ? session.decision : text(decision)],
          ...(viewer.may(...PEOPLE_READERS, ...OWNERS) ? ([[text('session.driver'), driver?.name]] as const) : []),
          [text('session.startedAt'), format.instant(session.startedAt, timeZone)],
          [text('session.endedAt'), running ? text('session.running') : format.instant(session.endedAt, timeZone)],
          [text('session.receivedAt'), format.instant(session.receivedAt, timeZone)],
          [text('session.meterStart'), format.register(session.meterStartWh)],
          [
            text(running ? 'session.meterLast' : 'session.meterEnd'),
            format.register(running ? (latest?.registerWh ?? session.meterLastWh) : session.meterLastWh),
          ],
          [text('session.stopReason'), session.stopReason],
          [text('session.transaction'), <Mono key="transaction">{session.ocppTransactionId}</Mono>],
        ]}
      />
    </Section>
  );
}
