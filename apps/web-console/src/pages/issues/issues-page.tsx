import FactCheck from '@mui/icons-material/FactCheckOutlined';
import {
  DataTable,
  EmptyState,
  FilterBar,
  PageHeader,
  SelectFilter,
  Stale,
  StatusChip,
  TimeAgo,
  useFormat,
  useLive,
  usePages,
  useThrottled,
  useUiText,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo } from 'react';
import { SERVICES } from '../../app/services.js';
import { IssuesChangedDocument, IssuesDocument, type IssueRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { StationFilter } from '../../parts/station-filter.js';
import { reasonKeys, REASONS } from './reasons.js';
import { takenResolution } from './resolution.js';

const FILTERS = ['status', 'reason', 'station'] as const;

/** The work list: messages that somebody has to decide about. */
export function IssuesPage() {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const resolved = values.status === 'RESOLVED';
  const variables = useMemo(
    () => ({
      filter: {
        status: resolved ? ('RESOLVED' as const) : ('OPEN' as const),
        ...(values.reason && { reason: values.reason }),
        ...(values.station && { stationId: values.station }),
      },
    }),
    [resolved, values.reason, values.station],
  );
  const pages = usePages(IssuesDocument, variables, (data) => data.intakeIssues);
  const reload = useThrottled(pages.reload, 1_000);
  useLive(IssuesChangedDocument, { onData: reload });

  const columns = useMemo<[Column<IssueRowFragment>, ...Column<IssueRowFragment>[]]>(() => {
    const titleOf = (reason: string) => {
      const keys = reasonKeys(reason);
      return keys === undefined ? reason : text(keys.title);
    };
    const decisionOf = (told: string) => {
      const kind = takenResolution(told);
      return kind === undefined ? told : text(`resolution.${kind}`);
    };
    return [
      { key: 'reason', header: text('issues.reason'), cell: ({ reason }) => titleOf(reason) },
      { key: 'status', header: text('issues.status'), width: '130px', card: 'badge', cell: ({ status }) => <StatusChip status={status} /> },
      { key: 'station', header: text('parts.station'), width: '16%', cell: ({ stationIdentity }) => stationIdentity },
      ...(resolved
        ? ([
            {
              key: 'resolution',
              header: text('issues.resolution'),
              width: '20%',
              cell: ({ resolution }) => resolution && decisionOf(resolution),
            },
            { key: 'by', header: text('issues.by'), width: '15%', from: 'md', cell: ({ resolvedByName }) => resolvedByName ?? '–' },
            {
              key: 'resolved',
              header: text('issues.resolved'),
              width: '150px',
              align: 'end',
              cell: ({ resolvedAt }) => format.dateTime(resolvedAt),
            },
          ] satisfies Column<IssueRowFragment>[])
        : ([
            {
              key: 'raised',
              header: text('issues.raised'),
              width: '170px',
              align: 'end',
              cell: ({ raisedAt }) => <TimeAgo at={raisedAt} />,
            },
          ] satisfies Column<IssueRowFragment>[])),
    ];
  }, [format, resolved, text]);

  return (
    <>
      <PageHeader title={text('issues.title')} subtitle={text('issues.hint')} />
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('issues.status')}
          value={resolved ? 'RESOLVED' : ''}
          onChange={(status) => set({ status })}
          all={text('issues.open')}
          options={[{ value: 'RESOLVED', label: uiText('ui.status.RESOLVED') }]}
        />
        <SelectFilter
          label={text('issues.reason')}
          value={values.reason}
          onChange={(reason) => set({ reason })}
          options={REASONS.map((value) => ({ value, label: text(`reason.${value}`) }))}
        />
        <StationFilter value={values.station} onChange={(station) => set({ station })} />
      </FilterBar>
      <Stale services={SERVICES.issues}>
        <DataTable
          label={text('issues.title')}
          pages={pages}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/issues/${id}`}
          columns={columns}
          expected={6}
          empty={
            <EmptyState icon={<FactCheck />} title={text(filters.active ? 'issues.empty' : 'issues.none')}>
              {text(filters.active ? 'parts.filtersHint' : 'issues.noneHint')}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}
