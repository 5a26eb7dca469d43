import Bolt from '@mui/icons-material/BoltOutlined';
import { DataTable, EmptyState, Mono, Stale, StatusChip, useFormat, usePages, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { SERVICES } from '../../app/services.js';
import { StationSessionsDocument, type StationSessionFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { ShownStation } from './shown-station.js';

/** Sessions at this station, newest first. */
export function StationSessionsTab({ station: { id } }: { station: ShownStation }) {
  const text = useText();
  const format = useFormat();
  const variables = useMemo(() => ({ id }), [id]);
  const pages = usePages(StationSessionsDocument, variables, ({ station }) => station?.sessions);
  const columns = useMemo<[Column<StationSessionFragment>, ...Column<StationSessionFragment>[]]>(
    () => [
      {
        key: 'begun',
        header: text('station.session.begun'),
        width: '170px',
        cell: ({ startedAt, timeZone }) => format.dateTime(startedAt, timeZone),
      },
      {
        key: 'status',
        header: text('station.session.status'),
        width: '160px',
        card: 'badge',
        cell: ({ status }) => <StatusChip status={status === 'ACTIVE' ? 'RUNNING' : status} />,
      },
      { key: 'connector', header: text('station.session.connector'), width: '100px', cell: ({ evseNumber }) => evseNumber },
      { key: 'token', header: text('station.session.token'), cell: ({ idToken }) => <Mono>{idToken}</Mono> },
      {
        key: 'duration',
        header: text('station.session.duration'),
        align: 'end',
        from: 'md',
        width: '130px',
        cell: ({ startedAt, endedAt }) => (endedAt === null ? '–' : format.duration(Date.parse(endedAt) - Date.parse(startedAt))),
      },
      {
        key: 'energy',
        header: text('station.session.energy'),
        align: 'end',
        width: '120px',
        cell: ({ energyWh }) => format.energy(energyWh),
      },
    ],
    [text, format],
  );
  return (
    <Stale services={SERVICES.sessions}>
      <DataTable
        label={text('station.tab.sessions')}
        pages={pages}
        rowKey={(session) => session.id}
        rowTo={(session) => `/sessions/${session.id}`}
        columns={columns}
        maxHeight="max(320px, calc(100dvh - 290px))"
        empty={<EmptyState icon={<Bolt />} title={text('station.noSessions')} />}
      />
    </Stale>
  );
}
