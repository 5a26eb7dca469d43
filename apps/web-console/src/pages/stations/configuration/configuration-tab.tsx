import Refresh from '@mui/icons-material/Refresh';
import Tune from '@mui/icons-material/TuneOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useMutation } from '@apollo/client/react';
import {
  DataTable,
  EmptyState,
  ErrorState,
  FilterBar,
  Mono,
  SearchField,
  TimeAgo,
  useLive,
  usePages,
  useUrlFilters,
  wholeList,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import { ReadConfigurationDocument, StationCommandChangedDocument, StationCommandsDocument } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CommandResult } from '../commands/command-result.js';
import type { ShownStation } from '../shown-station.js';
import { EditSettingDialog } from './edit-setting-dialog.js';
import { latestSettings, type Setting } from './settings.js';

const FILTERS = ['key'] as const;

/** The settings of the station as it told them last; they are read and changed by commands. */
export function ConfigurationTab({ station }: { station: ShownStation }) {
  const text = useText();
  const { may } = useViewer();
  const operates = may(...OPERATORS);
  const filters = useUrlFilters(FILTERS);
  const { key: search } = filters.values;
  const variables = useMemo(() => ({ stationId: station.id }), [station.id]);
  const commands = usePages(StationCommandsDocument, variables, (data) => data.commands);
  useLive(StationCommandChangedDocument, {
    variables,
    onData: ({ commandChanged: command }) =>
      command.__typename === 'Command' && !commands.rows.some(({ id }) => id === command.id) && commands.reload(),
  });
  const [read, reading] = useMutation(ReadConfigurationDocument);
  const [editing, setEditing] = useState<Setting>();
  const [open, setOpen] = useState(false);
  const known = useMemo(() => latestSettings(commands.rows), [commands.rows]);
  const shown = useMemo(
    () => known?.settings.filter(({ key, value }) => `${key} ${value ?? ''}`.toLowerCase().includes(search.toLowerCase())),
    [known, search],
  );
  const ask = () => void read({ variables: { stationId: station.id } }).then(commands.reload, () => undefined);
  const columns = useMemo<[Column<Setting>, ...Column<Setting>[]]>(
    () => [
      { key: 'key', header: text('configuration.key'), width: '42%', cell: ({ key }) => key },
      {
        key: 'value',
        header: text('configuration.value'),
        cell: ({ value }) => (value === null || value === '' ? '–' : <Mono>{value}</Mono>),
      },
      {
        key: 'edit',
        header: text('configuration.change'),
        width: '150px',
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
    [text, operates],
  );

  const button = operates && (
    <Button
      variant={known === undefined ? 'contained' : 'outlined'}
      startIcon={<Refresh />}
      loading={reading.loading}
      onClick={ask}
      sx={{ minHeight: 40 }}
    >
      {text(known === undefined ? 'configuration.read' : 'configuration.readAgain')}
    </Button>
  );
  const failed = reading.data !== undefined && reading.data !== null && reading.data.readConfiguration.outcome !== 'ANSWERED';
  return (
    <>
      <Box aria-live="polite" sx={{ display: 'grid', '&:not(:empty)': { mb: 2 } }}>
        {failed && <CommandResult command={reading.data!.readConfiguration} />}
        {reading.error !== undefined && <ErrorState error={reading.error} />}
      </Box>
      {known === undefined && !commands.loading ? (
        <Paper variant="outlined">
          <EmptyState icon={<Tune />} title={text('configuration.unknown')} action={button}>
            {text('configuration.unknownHint', { station: station.identity })}
          </EmptyState>
        </Paper>
      ) : (
        <>
          <FilterBar active={filters.active} onReset={filters.reset}>
            <SearchField hint={text('configuration.search')} value={search} onChange={(key) => filters.set({ key })} />
            {button}
            <Typography variant="caption" color="textSecondary">
              {known !== undefined && (
                <>
                  {text('configuration.readAt')} <TimeAgo at={known.readAt} />
                </>
              )}
            </Typography>
          </FilterBar>
          <DataTable
            label={text('station.tab.configuration')}
            pages={wholeList(shown)}
            rowKey={({ key }) => key}
            columns={columns}
            maxHeight="max(320px, calc(100dvh - 330px))"
            empty={<EmptyState icon={<Tune />} title={text(filters.active ? 'configuration.noMatch' : 'configuration.none')} />}
          />
        </>
      )}
      {editing !== undefined && (
        <EditSettingDialog station={station} setting={editing} open={open} onClose={() => setOpen(false)} onChanged={ask} />
      )}
    </>
  );
}
