import History from '@mui/icons-material/HistoryOutlined';
import {
  DataTable,
  EmptyState,
  FilterBar,
  PageHeader,
  SearchField,
  SelectFilter,
  Stale,
  useFormat,
  usePages,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { SERVICES } from '../../app/services.js';
import { AuditDocument, type AuditRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { DownloadButton } from '../../parts/download-button.js';
import { DateFilter } from '../../parts/text-filter.js';
import { AuditDrawer } from './audit-drawer.js';
import { auditFilter, csvPath, FILTERS } from './audit-filter.js';
import { SUBJECTS } from './subjects.js';
import { useActionText, useEntityText } from './audit-text.js';

/** Who did what. */
export function AuditPage() {
  const text = useText();
  const format = useFormat();
  const actionText = useActionText();
  const entityText = useEntityText();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const variables = useMemo(() => ({ filter: auditFilter(values) }), [values]);
  const pages = usePages(AuditDocument, variables, (data) => data.audit);
  const [shown, setShown] = useState<AuditRowFragment>();
  const narrow = (to: Partial<typeof values>) => {
    set(to);
    setShown(undefined);
  };

  const columns = useMemo<[Column<AuditRowFragment>, ...Column<AuditRowFragment>[]]>(
    () => [
      { key: 'action', header: text('audit.action'), cell: ({ action }) => actionText(action) },
      { key: 'entity', header: text('audit.entity'), cell: entityText },
      {
        key: 'actor',
        header: text('audit.actor'),
        width: '22%',
        cell: ({ actorName, actorKind }) => actorName || text(`audit.kind.${actorKind}`),
      },
      { key: 'at', header: text('audit.at'), width: '180px', align: 'end', cell: ({ at }) => format.dateTime(at) },
    ],
    [actionText, entityText, format, text],
  );

  return (
    <>
      <PageHeader
        title={text('audit.title')}
        subtitle={text('audit.hint')}
        actions={
          <DownloadButton
            path={csvPath(values)}
            fileName="audit.csv"
            label={text('audit.csv')}
            done={text('audit.csvDone')}
            hint={text('audit.csvHint')}
          />
        }
      />
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SearchField hint={text('audit.search')} value={values.search} onChange={(search) => set({ search })} />
        <SelectFilter
          label={text('audit.about')}
          value={values.subject}
          onChange={(subject) => set({ subject })}
          options={SUBJECTS.map((value) => ({ value, label: text(`actions.${value}`) }))}
        />
        <DateFilter label={text('parts.from')} value={values.from} onChange={(from) => set({ from })} />
        <DateFilter label={text('parts.until')} value={values.until} onChange={(until) => set({ until })} />
        {values.actor && (
          <SelectFilter
            label={text('audit.actor')}
            value={values.actor}
            onChange={(actor) => set({ actor })}
            options={[{ value: values.actor, label: pages.rows[0]?.actorName || text('audit.onlyActor') }]}
          />
        )}
        {values.entity && (
          <SelectFilter
            label={text('audit.entity')}
            value={values.entity}
            onChange={(entity) => set({ entity })}
            options={[{ value: values.entity, label: pages.rows[0]?.entityName || text('audit.onlyEntity') }]}
          />
        )}
      </FilterBar>
      <Stale services={SERVICES.people}>
        <DataTable
          label={text('audit.title')}
          pages={pages}
          rowKey={({ id }) => id}
          onOpen={setShown}
          columns={columns}
          expected={15}
          empty={
            <EmptyState icon={<History />} title={text(filters.active ? 'audit.empty' : 'audit.none')}>
              {text(filters.active ? 'parts.filtersHint' : 'audit.noneHint')}
            </EmptyState>
          }
        />
      </Stale>
      {shown && (
        <AuditDrawer
          entry={shown}
          onClose={() => setShown(undefined)}
          onActor={() => narrow({ actor: shown.actorId })}
          onEntity={() => narrow({ entity: shown.entityId })}
        />
      )}
    </>
  );
}
