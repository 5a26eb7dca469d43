import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import { ErrorState, KeyValues, Mono, Section, Stale, useFormat, wholeList, DataTable, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { SERVICES } from '../../../app/services.js';
import { useViewer } from '../../../app/viewer.js';
import { StationSecurityDocument, type StationSecurityQuery } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CertificateList } from '../../security/certificate-list.js';
import { EventList } from '../../security/event-list.js';
import { reasonKey } from '../../security/security-words.js';
import type { ShownStation } from '../shown-station.js';
import { SecurityActions } from './security-actions.js';

type Security = StationSecurityQuery['stationSecurity'];
type Installed = Security['installedCertificates'][number];

/** Often enough to see a change proceed, ms. */
const LOOK_EVERY_MS = 3_000;

/** How the station proves who it is, and what it told of its security. */
export function SecurityTab({ station }: { station: ShownStation }) {
  const text = useText();
  const { may } = useViewer();
  const { data, error, refetch } = useQuery(StationSecurityDocument, {
    variables: { stationId: station.id },
    pollInterval: LOOK_EVERY_MS,
    fetchPolicy: 'cache-and-network',
  });
  const again = () => void refetch().catch(() => undefined);
  if (data === undefined) return error === undefined ? null : <ErrorState error={error} onRetry={again} />;
  const security = data.stationSecurity;
  return (
    <Stale services={SERVICES.stations}>
      <Box sx={{ display: 'grid', gap: 2.5 }}>
        <Refusal security={security} />
        <Section title={text('security.proof')}>
          <Proof security={security} />
          <Progress security={security} />
          {may(...OPERATORS) && <SecurityActions station={station} security={security} onDone={again} />}
        </Section>
        <div>
          <Typography variant="h2" sx={{ mb: 1.25 }}>
            {text('security.tab.certificates')}
          </Typography>
          <CertificateList stationId={station.id} />
        </div>
        <div>
          <Typography variant="h2" sx={{ mb: 1.25 }}>
            {text('security.roots')}
          </Typography>
          <InstalledList installed={security.installedCertificates} />
        </div>
        <div>
          <Typography variant="h2" sx={{ mb: 1.25 }}>
            {text('security.tab.events')}
          </Typography>
          <EventList stationId={station.id} />
        </div>
      </Box>
    </Stale>
  );
}

function Refusal({ security: { refusal } }: { security: Security }) {
  const text = useText();
  const format = useFormat();
  if (!refusal) return null;
  const key = reasonKey(refusal.reason);
  return (
    <Alert severity="error">
      {text('security.refusedTimes', { count: refusal.times, at: format.dateTime(refusal.lastAt), from: refusal.remoteAddress })}{' '}
      {key === undefined ? refusal.reason : text(key)}
    </Alert>
  );
}

function Proof({ security }: { security: Security }) {
  const text = useText();
  const { securityProfile, connectionProfile, connectionCertificate, hasPassword } = security;
  return (
    <KeyValues
      items={[
        [text('security.profile'), text(`security.profile.${securityProfile as 0}`)],
        [text('security.connectedBy'), connectionProfile === null ? '–' : text(`security.profile.${connectionProfile as 0}`)],
        [text('security.password'), text(hasPassword ? 'security.passwordSet' : 'security.passwordNone')],
        ...(connectionCertificate === null
          ? []
          : ([[text('security.fingerprint'), <Mono key="sha256">{connectionCertificate}</Mono>]] as [string, React.ReactNode][])),
      ]}
    />
  );
}

function Progress({ security: { change } }: { security: Security }) {
  const text = useText();
  const format = useFormat();
  if (!change) return null;
  return (
    <Alert severity="info" sx={{ mt: 2 }}>
      {text(`security.change.${change.kind}`, { profile: change.toProfile ?? '' })} · {text(`security.step.${change.step as 'key'}`)} ·{' '}
      {text('security.until', { at: format.dateTime(change.deadline) })}
    </Alert>
  );
}

function InstalledList({ installed }: { installed: readonly Installed[] }) {
  const text = useText();
  const format = useFormat();
  const columns = useMemo<[Column<Installed>, ...Column<Installed>[]]>(
    () => [
      { key: 'subject', header: text('security.subject'), cell: ({ subject, serialNumber }) => subject ?? <Mono>{serialNumber}</Mono> },
      { key: 'type', header: text('security.kind'), from: 'md', cell: ({ certificateType }) => certificateType },
      {
        key: 'ends',
        header: text('security.ends'),
        width: '150px',
        align: 'end',
        cell: ({ notAfter }) => (notAfter ? format.date(notAfter) : '–'),
      },
    ],
    [format, text],
  );
  return (
    <DataTable
      label={text('security.roots')}
      pages={wholeList(installed)}
      rowKey={({ certificateType, issuerNameHash, issuerKeyHash, serialNumber }) =>
        [certificateType, issuerNameHash, issuerKeyHash, serialNumber].join()
      }
      columns={columns}
      expected={1}
      maxHeight="320px"
      empty={
        <Typography variant="body2" color="textSecondary" sx={{ p: 2 }}>
          {text('security.noRoots')}
        </Typography>
      }
    />
  );
}
