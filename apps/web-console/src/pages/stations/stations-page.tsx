import EvStation from '@mui/icons-material/EvStationOutlined';
import { useQuery } from '@apollo/client/react';
import {
  DataTable,
  EmptyState,
  FilterBar,
  PageHeader,
  SearchField,
  SelectFilter,
  Stale,
  TimeAgo,
  useLive,
  usePages,
  useThrottled,
  useUiText,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo } from 'react';
import { SERVICES } from '../../app/services.js';
import { SiteNamesDocument, StationsChangedDocument, StationsDocument, type StationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { ConnectorStates } from './connector-states.js';
import { CONNECTOR_STATUSES, FILTERS, REGISTRATIONS, stationFilter } from './station-filter.js';
import { StationState } from './station-state.js';

/** All stations, live. */
export function StationsPage() {
  const text = useText();
  const uiText = useUiText();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const variables = useMemo(() => ({ filter: stationFilter(values) }), [values]);
  const pages = usePages(StationsDocument, variables, (data) => data.stations);
  const sites = useQuery(SiteNamesDocument).data?.sites.nodes ?? [];
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
      <PageHeader title={text('stations.title')} />
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SearchField hint={text('stations.search')} value={values.search} onChange={(search) => set({ search })} />
        <SelectFilter
          label={text('stations.online')}
          value={values.online}
          onChange={(online) => set({ online })}
          options={[
            { value: 'true', label: uiText('ui.status.ONLINE') },
            { value: 'false', label: uiText('ui.status.OFFLINE') },
          ]}
        />
        <SelectFilter
          label={text('stations.connectorStatus')}
          value={values.status}
          onChange={(status) => set({ status })}
          options={CONNECTOR_STATUSES.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
        />
        <SelectFilter
          label={text('stations.site')}
          value={values.site}
          onChange={(site) => set({ site })}
          options={sites.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <SelectFilter
          label={text('stations.registration')}
          value={values.registration}
          onChange={(registration) => set({ registration })}
          options={REGISTRATIONS.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
        />
      </FilterBar>
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
