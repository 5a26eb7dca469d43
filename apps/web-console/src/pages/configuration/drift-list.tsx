import TaskAlt from '@mui/icons-material/TaskAltOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  FilterBar,
  SelectFilter,
  StatusChip,
  usePages,
  useToasts,
  useUrlFilters,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  ApplyConfigurationDocument,
  ConfigurationTemplatesDocument,
  DriftedStationsDocument,
  type DriftedStationsQuery,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { DriftedValue } from './drifted-value.js';

type Row = DriftedStationsQuery['driftedStations']['nodes'][number];

const FILTERS = ['template'] as const;

/** Stations whose settings are not what is desired of them. */
export function DriftList() {
  const text = useText();
  const toasts = useToasts();
  const operates = useViewer().may(...OPERATORS);
  const filters = useUrlFilters(FILTERS);
  const templateId = filters.values.template || null;
  const variables = useMemo(() => ({ templateId }), [templateId]);
  const pages = usePages(DriftedStationsDocument, variables, (data) => data.driftedStations);
  const templates = useQuery(ConfigurationTemplatesDocument).data?.configurationTemplates ?? [];
  const [apply] = useMutation(ApplyConfigurationDocument);
  const [asking, setAsking] = useState(false);
  const columns = useMemo<[Column<Row>, ...Column<Row>[]]>(
    () => [
      { key: 'identity', header: text('stations.identity'), width: '20%', cell: ({ station }) => station.identity },
      {
        key: 'online',
        header: text('stations.state'),
        width: '130px',
        card: 'badge',
        cell: ({ station }) => <StatusChip status={station.online ? 'ONLINE' : 'OFFLINE'} />,
      },
      { key: 'site', header: text('stations.site'), width: '20%', from: 'md', cell: ({ station }) => station.site.name },
      {
        key: 'settings',
        header: text('templates.differs'),
        cell: ({ settings }) => (
          <Box sx={{ display: 'grid', gap: 0.5, whiteSpace: 'normal', py: 0.5 }}>
            {settings.map((setting) => (
              <div key={setting.key}>
                {setting.key} <DriftedValue setting={setting} />
              </div>
            ))}
          </Box>
        ),
      },
    ],
    [text],
  );
  const some = pages.rows.length > 0;
  return (
    <>
      <FilterBar active={filters.active} onReset={filters.reset}>
        <SelectFilter
          label={text('templates.template')}
          value={filters.values.template}
          onChange={(template) => filters.set({ template })}
          options={templates.map(({ id, content }) => ({ value: id, label: content.name }))}
        />
        {operates && some && (
          <Button variant="outlined" onClick={() => setAsking(true)} sx={{ minHeight: 40 }}>
            {text('templates.apply')}
          </Button>
        )}
        <Typography variant="caption" color="textSecondary" sx={{ gridColumn: '1 / -1' }}>
          {some && text('templates.driftHint')}
        </Typography>
      </FilterBar>
      <DataTable
        label={text('templates.tab.drift')}
        pages={pages}
        rowKey={({ station }) => station.id}
        rowTo={({ station }) => `/stations/${station.id}?tab=configuration`}
        columns={columns}
        expected={5}
        maxHeight="max(320px, calc(100dvh - 330px))"
        empty={
          <EmptyState icon={<TaskAlt />} title={text('templates.noDrift')}>
            {text('templates.noDriftHint')}
          </EmptyState>
        }
      />
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('templates.applyTitle')}
        action={text('templates.apply')}
        onConfirm={async () => {
          const { data } = await apply({ variables: { templateId } });
          toasts.success(text('templates.applied', { count: data?.applyConfiguration ?? 0 }));
        }}
      >
        {text('templates.applyText')}
      </ConfirmDialog>
    </>
  );
}
