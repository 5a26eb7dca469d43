import Verified from '@mui/icons-material/VerifiedOutlined';
import Box from '@mui/material/Box';
import { useQuery } from '@apollo/client/react';
import { DataTable, EmptyState, FilterBar, SelectFilter, usePages, useUrlFilters, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { DataFindingsDocument, SiteNamesDocument, type DataFindingRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { FINDING_KINDS } from './finding-kinds.js';

const FILTERS = ['kind', 'site'] as const;

/** What is doubtful, with what to do about it; each leads to its station or site. */
export function FindingList() {
  const text = useText();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const sites = useQuery(SiteNamesDocument).data?.sites.nodes ?? [];
  const variables = useMemo(() => {
    const kind = FINDING_KINDS.find((one) => one === values.kind);
    return { filter: { ...(kind && { kinds: [kind] }), ...(values.site && { siteId: values.site }) } };
  }, [values.kind, values.site]);
  const pages = usePages(DataFindingsDocument, variables, (data) => data.dataFindings);
  const columns = useMemo<[Column<DataFindingRowFragment>, ...Column<DataFindingRowFragment>[]]>(
    () => [
      { key: 'where', header: text('dataQuality.where'), width: '20%', cell: (row) => <Where row={row} /> },
      { key: 'kind', header: text('dataQuality.kind'), width: '20%', cell: ({ kind }) => text(`dataQuality.kind.${kind}`) },
      { key: 'value', header: text('dataQuality.value'), width: '22%', cell: (row) => <Value row={row} /> },
      {
        key: 'mend',
        header: text('dataQuality.mend'),
        cell: ({ kind }) => (
          <Box component="span" sx={{ whiteSpace: 'normal' }}>
            {text(`dataQuality.mend.${kind}`)}
          </Box>
        ),
      },
    ],
    [text],
  );
  return (
    <>
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('dataQuality.kind')}
          value={values.kind}
          onChange={(kind) => set({ kind })}
          options={FINDING_KINDS.map((value) => ({ value, label: text(`dataQuality.kind.${value}`) }))}
        />
        <SelectFilter
          label={text('dataQuality.site')}
          value={values.site}
          onChange={(site) => set({ site })}
          options={sites.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </FilterBar>
      <DataTable
        label={text('dataQuality.findings')}
        pages={pages}
        rowKey={(row) => [row.kind, row.stationId ?? row.locationName, row.siteId, row.evseNumber, row.connectorNumber].join(' ')}
        rowTo={({ stationId, siteId }) => (stationId === null ? `/sites/${siteId}` : `/stations/${stationId}`)}
        columns={columns}
        expected={8}
        empty={
          <EmptyState icon={<Verified />} title={text(filters.active ? 'dataQuality.noMatch' : 'dataQuality.none')}>
            {text(filters.active ? 'parts.filtersHint' : 'dataQuality.noneHint')}
          </EmptyState>
        }
      />
    </>
  );
}

function Where({ row: { stationIdentity, locationName, siteName, evseNumber, connectorNumber } }: { row: DataFindingRowFragment }) {
  const text = useText();
  const evse = evseNumber ?? 0;
  const part =
    connectorNumber === null ? text('dataQuality.evse', { evse }) : text('dataQuality.connector', { evse, connector: connectorNumber });
  return (
    <Box component="span" sx={{ display: 'grid', minWidth: 0 }}>
      <span>{stationIdentity ?? locationName}</span>
      <Box component="span" sx={{ typography: 'caption', color: 'text.secondary' }}>
        {evse === 0 ? siteName : part}
      </Box>
    </Box>
  );
}

function Value({ row: { value, compared } }: { row: DataFindingRowFragment }) {
  const text = useText();
  if (value === null) return '–';
  return (
    <Box component="span" sx={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
      {compared === null ? value : text('dataQuality.compared', { value, compared })}
    </Box>
  );
}
