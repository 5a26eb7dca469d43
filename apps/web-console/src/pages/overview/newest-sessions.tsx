import Bolt from '@mui/icons-material/BoltOutlined';
import { DataTable, EmptyState, RouterLink, Section, StatusChip, TimeAgo, useFormat, wholeList, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import type { OverviewSessionFragment, OverviewSessionsQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const SHOWN = 8;

/** The newest sessions, live. */
export function NewestSessions({ data, error }: { data: OverviewSessionsQuery | undefined; error: Error | undefined }) {
  const text = useText();
  const format = useFormat();
  const columns = useMemo<[Column<OverviewSessionFragment>, ...Column<OverviewSessionFragment>[]]>(
    () => [
      {
        key: 'station',
        header: text('overview.session.station'),
        width: '20%',
        cell: ({ stationIdentity, evseNumber }) => `${stationIdentity} · ${evseNumber}`,
      },
      {
        key: 'status',
        header: text('overview.session.status'),
        width: '160px',
        card: 'badge',
        cell: ({ status }) => <StatusChip status={status === 'ACTIVE' ? 'RUNNING' : status} />,
      },
      { key: 'site', header: text('overview.session.site'), from: 'md', cell: ({ siteName }) => siteName },
      { key: 'begun', header: text('overview.session.begun'), width: '17%', cell: ({ startedAt }) => <TimeAgo at={startedAt} /> },
      {
        key: 'power',
        header: text('overview.session.power'),
        align: 'end',
        width: '110px',
        from: 'md',
        card: 'hidden',
        cell: ({ status, powerW }) => (status === 'ACTIVE' ? format.power(powerW) : '–'),
      },
      {
        key: 'energy',
        header: text('overview.session.energy'),
        align: 'end',
        width: '120px',
        cell: ({ energyWh }) => format.energy(energyWh),
      },
    ],
    [text, format],
  );
  return (
    <Section
      title={text('overview.newest')}
      flush
      actions={
        <RouterLink to="/sessions" sx={{ fontSize: '0.8125rem' }}>
          {text('overview.allSessions')}
        </RouterLink>
      }
      sx={{ '& > div > .MuiPaper-root': { border: 0, borderRadius: 0 } }}
    >
      <DataTable
        label={text('overview.newest')}
        pages={wholeList(data?.sessions.nodes.slice(0, SHOWN), error)}
        rowKey={({ id }) => id}
        rowTo={({ id }) => `/sessions/${id}`}
        columns={columns}
        expected={SHOWN}
        empty={<EmptyState icon={<Bolt />} title={text('overview.noSessions')} />}
      />
    </Section>
  );
}
