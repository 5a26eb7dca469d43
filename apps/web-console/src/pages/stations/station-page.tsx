import FactCheck from '@mui/icons-material/FactCheckOutlined';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@apollo/client/react';
import { ErrorState, isMissing, PageHeader, TimeAgo, UrlTabs, useLive, useThrottled } from '@ampline/ui';
import { lazy } from 'react';
import { Link, useParams } from 'react-router';
import { MESSAGE_READERS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  StationChangedDocument,
  StationDocument,
  StationIssueChangedDocument,
  StationSessionChangedDocument,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { MissingPage } from '../failures/missing-page.js';
import { RegistrationActions } from './registration-actions.js';
import type { ShownStation } from './shown-station.js';
import { StationOverview } from './station-overview.js';
import { StationState } from './station-state.js';

// Loaded when somebody opens them.
const SessionsTab = lazy(async () => ({ default: (await import('./station-sessions-tab.js')).StationSessionsTab }));
const CommandsTab = lazy(async () => ({ default: (await import('./commands/commands-tab.js')).CommandsTab }));
const MessagesTab = lazy(async () => ({ default: (await import('./messages/messages-tab.js')).MessagesTab }));
const ConfigurationTab = lazy(async () => ({ default: (await import('./configuration/configuration-tab.js')).ConfigurationTab }));
const SecurityTab = lazy(async () => ({ default: (await import('./security/security-tab.js')).SecurityTab }));
const LocalListTab = lazy(async () => ({ default: (await import('../local-lists/local-list-tab.js')).LocalListTab }));
const FilesTab = lazy(async () => ({ default: (await import('./files/files-tab.js')).FilesTab }));
const MeterKeysTab = lazy(async () => ({ default: (await import('./meter-keys/meter-keys-tab.js')).MeterKeysTab }));
const RoutingTab = lazy(async () => ({ default: (await import('./routing/routing-tab.js')).RoutingTab }));

/** Sessions and issues of the station are asked for again at most so often while they change, ms. */
const PARTS_EVERY_MS = 300;

/** A station: what it does, what it said, and what can be asked of it. */
export function StationPage() {
  const text = useText();
  const { stationId = '' } = useParams();
  const { data, error, refetch } = useQuery(StationDocument, { variables: { id: stationId } });
  const again = () => void refetch().catch(() => undefined);
  const changed = useThrottled(again, PARTS_EVERY_MS);
  useLive(StationChangedDocument, { variables: { stationId } });
  useLive(StationSessionChangedDocument, { variables: { stationId }, onData: changed });
  useLive(StationIssueChangedDocument, {
    onData: ({ intakeIssueChanged: issue }) => issue.__typename === 'IntakeIssue' && issue.stationId === stationId && changed(),
  });

  if (data?.station === null || isMissing(error)) return <MissingPage />;
  if (data === undefined && error !== undefined) {
    return (
      <>
        <PageHeader title={text('station.title')} crumbs={[{ label: text('stations.title'), to: '/stations' }]} />
        <ErrorState error={error} onRetry={again} />
      </>
    );
  }
  return data?.station ? <Loaded station={data.station} onRetry={again} /> : <Loading />;
}

function Loaded({ station, onRetry }: { station: ShownStation; onRetry: () => void }) {
  const text = useText();
  const viewer = useViewer();
  const { id, identity, site, vendor, model, lastSeenAt, openIssues } = station;
  const readsMessages = viewer.may(...MESSAGE_READERS);
  return (
    <>
      <PageHeader
        title={identity}
        badge={<StationState station={station} />}
        crumbs={[
          { label: text('stations.title'), to: '/stations' },
          { label: site.name, to: `/sites/${site.id}` },
        ]}
        subtitle={
          <>
            {[vendor, model].filter(Boolean).join(' ') || text('station.unknownModel')} · {text('station.lastSeen')}{' '}
            <TimeAgo at={lastSeenAt} />
          </>
        }
        actions={
          <>
            {openIssues && openIssues.length > 0 && (
              <Button
                component={Link}
                to={openIssues.length === 1 ? `/issues/${openIssues[0]?.id}` : `/issues?station=${id}`}
                variant="outlined"
                color="warning"
                startIcon={<FactCheck />}
              >
                {text('station.issues', { count: openIssues.length })}
              </Button>
            )}
            <RegistrationActions station={station} />
          </>
        }
      />
      <UrlTabs
        label={text('station.tabs', { station: identity })}
        tabs={[
          {
            value: 'overview',
            label: text('station.tab.overview'),
            content: () => <StationOverview station={station} onRetry={onRetry} />,
          },
          { value: 'sessions', label: text('station.tab.sessions'), content: () => <SessionsTab station={station} /> },
          { value: 'commands', label: text('station.tab.commands'), content: () => <CommandsTab station={station} /> },
          ...(readsMessages
            ? [{ value: 'messages', label: text('station.tab.messages'), content: () => <MessagesTab station={station} /> }]
            : []),
          { value: 'configuration', label: text('station.tab.configuration'), content: () => <ConfigurationTab station={station} /> },
          { value: 'files', label: text('station.tab.files'), content: () => <FilesTab station={station} /> },
          { value: 'security', label: text('station.tab.security'), content: () => <SecurityTab station={station} /> },
          { value: 'local-list', label: text('station.tab.localList'), content: () => <LocalListTab station={station} /> },
          { value: 'meter-keys', label: text('station.tab.meterKeys'), content: () => <MeterKeysTab station={station} /> },
          { value: 'routing', label: text('station.tab.routing'), content: () => <RoutingTab station={station} /> },
        ]}
      />
    </>
  );
}

/** As high as what comes in its place. */
function Loading() {
  const text = useText();
  return (
    <>
      <PageHeader title="…" crumbs={[{ label: text('stations.title'), to: '/stations' }]} subtitle={'\u00a0'} />
      <Skeleton variant="rounded" height={42} />
      <Skeleton variant="rounded" height={220} sx={{ mt: 2.5 }} />
    </>
  );
}
