import Bolt from '@mui/icons-material/BoltOutlined';
import Typography from '@mui/material/Typography';
import { useQuery } from '@apollo/client/react';
import {
  DataTable,
  EmptyState,
  FilterBar,
  PageHeader,
  SelectFilter,
  Stale,
  useFormat,
  useLive,
  usePages,
  useThrottled,
  useUiText,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo, useRef } from 'react';
import { STAFF } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import {
  SessionsChangedDocument,
  SessionsDocument,
  SessionSumsDocument,
  SiteNamesDocument,
  type SessionRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { StationFilter } from '../../parts/station-filter.js';
import { DateFilter, TextFilter } from '../../parts/text-filter.js';
import { SessionDuration } from './session-duration.js';
import { FILTERS, SESSION_STATUSES, sessionFilter } from './session-filter.js';
import { SessionState } from './session-state.js';

/** Sessions that one may see, live: all of the tenant for staff, else one's own. */
export function SessionsPage() {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  const viewer = useViewer();
  const staff = viewer.may(...STAFF);
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const variables = useMemo(() => ({ filter: sessionFilter(values) }), [values]);
  const pages = usePages(SessionsDocument, variables, (data) => data.sessions);
  const sums = useQuery(SessionSumsDocument, { variables });
  const sites = useQuery(SiteNamesDocument, { skip: !staff }).data?.sites.nodes ?? [];

  const refresh = useThrottled(() => {
    pages.reload();
    void sums.refetch().catch(() => undefined);
  }, 2_000);
  const known = useRef(new Map<string, string>());
  for (const { id, status } of pages.rows) known.current.set(id, status);
  useLive(SessionsChangedDocument, {
    variables: { stationId: values.station || null, siteId: values.site || null },
    // Rows follow their sessions by themselves; which ones there are changes when one begins or ends.
    onData: ({ sessionChanged: session }) => {
      if (session.__typename === 'Session' && known.current.get(session.id) !== session.status) refresh();
    },
  });

  const columns = useMemo<[Column<SessionRowFragment>, ...Column<SessionRowFragment>[]]>(
    () => [
      {
        key: 'where',
        header: text('sessions.where'),
        width: '150px',
        cell: ({ stationIdentity, evseNumber }) => text('sessions.evseShort', { station: stationIdentity, number: evseNumber }),
      },
      {
        key: 'state',
        header: text('sessions.status'),
        width: '170px',
        card: 'badge',
        cell: ({ status, powerW }) => <SessionState status={status} powerW={powerW ?? null} />,
      },
      { key: 'site', header: text('sessions.site'), from: 'md', cell: ({ siteName }) => siteName },
      { key: 'idToken', header: text('sessions.idToken'), width: '15%', cell: ({ idToken }) => idToken },
      {
        key: 'started',
        header: text('sessions.started'),
        width: '196px',
        cell: ({ startedAt, timeZone }) => format.dateTime(startedAt, timeZone),
      },
      {
        key: 'duration',
        header: text('sessions.duration'),
        width: '110px',
        align: 'end',
        cell: ({ startedAt, endedAt, status }) => (
          <SessionDuration startedAt={startedAt} endedAt={status === 'ACTIVE' ? null : (endedAt ?? startedAt)} />
        ),
      },
      { key: 'energy', header: text('sessions.energy'), width: '115px', align: 'end', cell: ({ energyWh }) => format.energy(energyWh) },
    ],
    [format, text],
  );

  const summary = (sums.data ?? sums.previousData)?.sessionSummary;
  return (
    <>
      <PageHeader
        title={text(staff ? 'sessions.title' : 'sessions.own')}
        subtitle={
          <Typography component="span" variant="body2" sx={{ display: 'block', minHeight: '1.5em', fontVariantNumeric: 'tabular-nums' }}>
            {summary &&
              text('sessions.sums', {
                sessions: summary.sessions,
                energy: format.energy(summary.energyWh),
                live: format.integer(summary.live),
                doubtful: format.integer(summary.doubtful),
              })}
          </Typography>
        }
      />
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('sessions.status')}
          value={values.status}
          onChange={(status) => set({ status })}
          options={SESSION_STATUSES.map((value) => ({ value, label: uiText(`ui.status.${value === 'ACTIVE' ? 'RUNNING' : value}`) }))}
        />
        {staff && <StationFilter value={values.station} onChange={(station) => set({ station })} />}
        {staff && (
          <SelectFilter
            label={text('sessions.site')}
            value={values.site}
            onChange={(site) => set({ site })}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <TextFilter label={text('sessions.idToken')} value={values.idToken} onChange={(idToken) => set({ idToken })} />
        <SelectFilter
          label={text('sessions.doubtful')}
          value={values.doubtful}
          onChange={(doubtful) => set({ doubtful })}
          options={[{ value: 'true', label: text('sessions.doubtful.only') }]}
        />
        <DateFilter label={text('parts.from')} value={values.from} onChange={(from) => set({ from })} />
        <DateFilter label={text('parts.until')} value={values.until} onChange={(until) => set({ until })} />
      </FilterBar>
      <Stale services={SERVICES.sessions}>
        <DataTable
          label={text('sessions.title')}
          pages={pages}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/sessions/${id}`}
          columns={columns}
          expected={15}
          empty={
            <EmptyState icon={<Bolt />} title={text(filters.active ? 'sessions.empty' : 'sessions.none')}>
              {text(filters.active ? 'parts.filtersHint' : 'sessions.noneHint')}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}
