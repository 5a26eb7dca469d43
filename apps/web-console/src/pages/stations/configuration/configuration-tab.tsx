import Refresh from '@mui/icons-material/Refresh';
import Tune from '@mui/icons-material/TuneOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import {
  DataTable,
  EmptyState,
  ErrorState,
  FilterBar,
  Mono,
  SearchField,
  SelectFilter,
  TimeAgo,
  useLive,
  useThrottled,
  useUrlFilters,
  wholeList,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import {
  ConfigurationTemplatesDocument,
  ReadConfigurationDocument,
  StationCommandChangedDocument,
  StationConfigurationDocument,
  type SettingShownFragment,
} from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CommandResult } from '../commands/command-result.js';
import type { ShownStation } from '../shown-station.js';
import { EditSettingDialog } from './edit-setting-dialog.js';
import { SettingHistory } from './setting-history.js';
import { SettingState } from './setting-state.js';
import { StrictSwitch } from './strict-switch.js';

const FILTERS = ['key', 'only'] as const;
/** Settings change with the answers to commands, which come several at a time. */
const RELOAD_EVERY_MS = 1_000;

/** The settings of the station as it reports them, beside what is desired of it; they are read and changed by commands. */
export function ConfigurationTab({ station }: { station: ShownStation }) {
  const text = useText();
  const operates = useViewer().may(...OPERATORS);
  const filters = useUrlFilters(FILTERS);
  const { key: search, only } = filters.values;
  const variables = useMemo(() => ({ stationId: station.id }), [station.id]);
  const asked = useQuery(StationConfigurationDocument, { variables, fetchPolicy: 'cache-and-network' });
  const templates = useQuery(ConfigurationTemplatesDocument).data?.configurationTemplates;
  const names = useMemo(() => new Map(templates?.map(({ id, content }) => [id, content.name])), [templates]);
  const reload = () => void asked.refetch().catch(() => undefined);
  const changed = useThrottled(reload, RELOAD_EVERY_MS);
  useLive(StationCommandChangedDocument, {
    variables,
    onData: ({ commandChanged: command }) => (command.__typename === 'Resync' || command.outcome === 'ANSWERED') && changed(),
  });
  const [read, reading] = useMutation(ReadConfigurationDocument);
  const [editing, setEditing] = useState<SettingShownFragment>();
  const [open, setOpen] = useState(false);
  const configuration = asked.data?.station?.configuration;
  const settings = configuration?.settings;
  const known = settings !== undefined && settings.some(({ reported }) => reported);
  const shown = useMemo(
    () =>
      settings?.filter(({ key, value, desired, drifted }) => {
        const matches = `${key} ${value ?? ''}`.toLowerCase().includes(search.toLowerCase());
        return matches && (only !== 'drifted' || drifted) && (only !== 'desired' || typeof desired === 'string');
      }),
    [settings, search, only],
  );
  const ask = () => void read({ variables }).then(reload, () => undefined);
  const columns = useMemo<[Column<SettingShownFragment>, ...Column<SettingShownFragment>[]]>(
    () => [
      { key: 'key', header: text('configuration.key'), width: '32%', cell: ({ key }) => key },
      {
        key: 'value',
        header: text('configuration.value'),
        cell: ({ value, reported }) => (reported ? <Mono>{value || '–'}</Mono> : text('configuration.notReported')),
      },
      {
        key: 'desired',
        header: text('configuration.desired'),
        width: '26%',
        cell: (setting) => <SettingState setting={setting} template={setting.templateId ? names.get(setting.templateId) : undefined} />,
      },
      {
        key: 'edit',
        header: text('configuration.change'),
        width: '120px',
        align: 'end',
        cell: (setting) =>
          setting.readonly ? (
            <Typography variant="caption" color="textSecondary">
              {text('configuration.readonly')}
            </Typography>
          ) : (
            operates && (
              <Button
                size="small"
                aria-label={text('configuration.changeKey', { key: setting.key })}
                onClick={() => {
                  setEditing(setting);
                  setOpen(true);
                }}
              >
                {text('configuration.change')}
              </Button>
            )
          ),
      },
    ],
    [text, operates, names],
  );

  const button = operates && (
    <Button
      variant={known ? 'outlined' : 'contained'}
      startIcon={<Refresh />}
      loading={reading.loading}
      onClick={ask}
      sx={{ minHeight: 40 }}
    >
      {text(known ? 'configuration.readAgain' : 'configuration.read')}
    </Button>
  );
  const failed = reading.data !== undefined && reading.data !== null && reading.data.readConfiguration.outcome !== 'ANSWERED';
  if (asked.error !== undefined && settings === undefined) return <ErrorState error={asked.error} onRetry={reload} />;
  return (
    <>
      <Box aria-live="polite" sx={{ display: 'grid', '&:not(:empty)': { mb: 2 } }}>
        {failed && <CommandResult command={reading.data!.readConfiguration} />}
        {reading.error !== undefined && <ErrorState error={reading.error} />}
      </Box>
      {settings !== undefined && settings.length === 0 ? (
        <Paper variant="outlined">
          <EmptyState icon={<Tune />} title={text('configuration.unknown')} action={button}>
            {text('configuration.unknownHint', { station: station.identity })}
          </EmptyState>
        </Paper>
      ) : (
        <>
          <FilterBar active={filters.active} onReset={filters.reset}>
            <SearchField hint={text('configuration.search')} value={search} onChange={(key) => filters.set({ key })} />
            <SelectFilter
              label={text('configuration.only')}
              value={only}
              onChange={(value) => filters.set({ only: value })}
              options={[
                { value: 'drifted', label: text('configuration.onlyDrifted') },
                { value: 'desired', label: text('configuration.onlyDesired') },
              ]}
            />
            {button}
            <Typography variant="caption" color="textSecondary">
              {configuration?.readAt && (
                <>
                  {text('configuration.readAt')} <TimeAgo at={configuration.readAt} />
                </>
              )}
            </Typography>
          </FilterBar>
          <DataTable
            label={text('station.tab.configuration')}
            pages={wholeList(shown)}
            rowKey={({ key }) => key}
            columns={columns}
            maxHeight="max(320px, calc(100dvh - 380px))"
            empty={<EmptyState icon={<Tune />} title={text('configuration.noMatch')} />}
          />
        </>
      )}
      {configuration && <StrictSwitch stationId={station.id} strict={configuration.strictInbound} onChanged={reload} />}
      {known && <SettingHistory key={configuration?.readAt} stationId={station.id} />}
      {editing !== undefined && (
        <EditSettingDialog station={station} setting={editing} open={open} onClose={() => setOpen(false)} onChanged={reload} />
      )}
    </>
  );
}
