import GppMaybe from '@mui/icons-material/GppMaybeOutlined';
import { DataTable, EmptyState, FilterBar, SelectFilter, StatusChip, TimeAgo, usePages, type Column } from '@ampline/ui';
import { useMemo, useState } from 'react';
import { SecurityEventsDocument, type SecurityEventsQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

type Event = SecurityEventsQuery['securityEvents']['nodes'][number];

/** What stations told of their security, newest first: one station, or all. */
export function EventList({ stationId }: { stationId?: string }) {
  const text = useText();
  const [only, setOnly] = useState('');
  const variables = useMemo(
    () => ({ ...(stationId !== undefined && { stationId }), criticalOnly: only === 'critical' }),
    [only, stationId],
  );
  const pages = usePages(SecurityEventsDocument, variables, (data) => data.securityEvents);
  const columns = useMemo<[Column<Event>, ...Column<Event>[]]>(
    () => [
      { key: 'type', header: text('security.event'), cell: ({ type }) => type },
      {
        key: 'critical',
        header: text('security.weight'),
        width: '130px',
        card: 'badge',
        cell: ({ critical }) => (critical ? <StatusChip status="FAULTED" label={text('security.critical')} /> : null),
      },
      ...(stationId === undefined
        ? [{ key: 'station', header: text('security.station'), width: '20%', cell: ({ stationIdentity }: Event) => stationIdentity }]
        : []),
      { key: 'info', header: text('security.techInfo'), from: 'md' as const, cell: ({ techInfo }: Event) => techInfo ?? '–' },
      { key: 'at', header: text('security.at'), width: '150px', align: 'end', cell: ({ occurredAt }) => <TimeAgo at={occurredAt} /> },
    ],
    [stationId, text],
  );
  return (
    <>
      <FilterBar active={only !== ''} onReset={() => setOnly('')}>
        <SelectFilter
          label={text('security.weight')}
          value={only}
          onChange={setOnly}
          options={[{ value: 'critical', label: text('security.onlyCritical') }]}
        />
      </FilterBar>
      <DataTable
        label={text('security.tab.events')}
        pages={pages}
        rowKey={({ id }) => id}
        {...(stationId === undefined && { rowTo: (event: Event) => `/stations/${event.stationId}?tab=security` })}
        columns={columns}
        expected={5}
        maxHeight="max(320px, calc(100dvh - 360px))"
        empty={
          <EmptyState icon={<GppMaybe />} title={text('security.noEvents')}>
            {text('security.noEventsHint')}
          </EmptyState>
        }
      />
    </>
  );
}
