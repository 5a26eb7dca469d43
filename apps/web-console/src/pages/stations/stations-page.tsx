import EvStation from '@mui/icons-material/EvStationOutlined';
import Button from '@mui/material/Button';
import {
  DataTable,
  EmptyState,
  PageHeader,
  Stale,
  TimeAgo,
  useLive,
  usePages,
  useThrottled,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo } from 'react';
import { Link, useLocation } from 'react-router';
import { OPERATORS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import { StationsChangedDocument, StationsDocument, type StationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { ConnectorStates } from './connector-states.js';
import { FILTERS, stationFilter } from './station-filter.js';
import { StationFilters } from './station-filters.js';
import { StationState } from './station-state.js';

/** All stations, live. */
export function StationsPage() {
  const text = useText();
  const { may } = useViewer();
  const { search } = useLocation();
  const filters = useUrlFilters(FILTERS);
  const { values } = filters;
  const variables = useMemo(() => ({ filter: stationFilter(values) }), [values]);
  const pages = usePages(StationsDocument, variables, (data) => data.stations);
  // A row follows its station by itself; which rows a filter selects may change with it.
  const reload = useThrottled(pages.reload, 3_000);
  useLive(StationsChangedDocument, {
    variables: { siteId: values.site || null },
    onData: () => (values.online || values.status || values.registration) && reload(),
  });

  const columns = useMemo<[Column<StationRowFragment>, ...Column<StationRowFragment>[]]>(
    () => [
      { key: 'identity', header: text('stations.identity'), width: '18%', cell: ({ identity }) => identity },
      {
        key: 'state',
        header: text('stations.state'),
        width: '150px',
        card: 'badge',
        cell: (station) => <StationState station={station} />,
      },
      { key: 'connectors', header: text('stations.connectors'), width: '124px', cell: ({ evses }) => <ConnectorStates evses={evses} /> },
      { key: 'site', header: text('stations.site'), cell: ({ site }) => site.name },
      {
        key: 'model',
        header: text('stations.model'),
        from: 'md',
        cell: ({ vendor, model }) => [vendor, model].filter(Boolean).join(' ') || '–',
      },
      {
        key: 'seen',
        header: text('stations.lastSeen'),
        width: '160px',
        align: 'end',
        cell: ({ lastSeenAt }) => <TimeAgo at={lastSeenAt} />,
      },
    ],
    [text],
  );

  return (
    <>
      <PageHeader
        title={text('stations.title')}
        actions={
          may(...OPERATORS) && (
            <Button variant="outlined" component={Link} to={{ pathname: '/commands/new', search }}>
              {text('stations.command')}
            </Button>
          )
        }
      />
      <StationFilters filters={filters} />
      <Stale services={SERVICES.stations}>
        <DataTable
          label={text('stations.title')}
          pages={pages}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/stations/${id}`}
          columns={columns}
          expected={15}
          empty={
            filters.active ? (
              <EmptyState icon={<EvStation />} title={text('stations.empty')}>
                {text('stations.emptyHint')}
              </EmptyState>
            ) : (
              <EmptyState icon={<EvStation />} title={text('stations.none')}>
                {text('stations.noneHint')}
              </EmptyState>
            )
          }
        />
      </Stale>
    </>
  );
}
