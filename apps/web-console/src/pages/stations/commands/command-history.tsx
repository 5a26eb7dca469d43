import History from '@mui/icons-material/HistoryOutlined';
import Typography from '@mui/material/Typography';
import Box from '@mui/material/Box';
import {
  DataTable,
  DetailDrawer,
  EmptyState,
  JsonView,
  KeyValues,
  Mono,
  TimeAgo,
  useFormat,
  useLive,
  usePages,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import { StationCommandChangedDocument, StationCommandsDocument, type StationCommandFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { CancelCommand } from './cancel-command.js';
import { CommandOutcomeChip } from './command-outcome.js';
import { CommandResult } from './command-result.js';

/** Commands to the station, newest first, as they are recorded and settled. */
export function CommandHistory({ stationId }: { stationId: string }) {
  const text = useText();
  const format = useFormat();
  const { may } = useViewer();
  const variables = useMemo(() => ({ stationId }), [stationId]);
  const pages = usePages(StationCommandsDocument, variables, ({ commands }) => commands);
  const [openId, setOpenId] = useState<string>();
  useLive(StationCommandChangedDocument, {
    variables,
    // Those of the list follow by themselves.
    onData: ({ commandChanged: command }) =>
      command.__typename === 'Command' && !pages.rows.some(({ id }) => id === command.id) && pages.reload(),
  });
  const shown = pages.rows.find(({ id }) => id === openId);
  const columns = useMemo<[Column<StationCommandFragment>, ...Column<StationCommandFragment>[]]>(
    () => [
      { key: 'action', header: text('command.action'), width: '26%', cell: ({ action }) => action },
      { key: 'outcome', header: text('command.outcome'), card: 'badge', cell: (command) => <CommandOutcomeChip command={command} /> },
      { key: 'by', header: text('command.by'), from: 'md', cell: ({ requestedByName }) => requestedByName ?? '–' },
      { key: 'at', header: text('command.at'), width: '150px', align: 'end', cell: ({ requestedAt }) => <TimeAgo at={requestedAt} /> },
    ],
    [text],
  );
  return (
    <>
      <Typography variant="h2" sx={{ mb: 1.25 }}>
        {text('command.history')}
      </Typography>
      <DataTable
        label={text('command.history')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        columns={columns}
        expected={6}
        maxHeight="max(320px, calc(100dvh - 330px))"
        empty={<EmptyState icon={<History />} title={text('command.none')} />}
      />
      <DetailDrawer open={shown !== undefined} onClose={() => setOpenId(undefined)} title={shown?.action}>
        {shown !== undefined && (
          <>
            <CommandResult command={shown} />
            {shown.outcome === 'QUEUED' && may(...OPERATORS) && <CancelCommand id={shown.id} />}
            <KeyValues
              items={[
                [text('command.at'), format.instant(shown.requestedAt)],
                [text('command.completedAt'), format.instant(shown.completedAt)],
                [text('command.by'), shown.requestedByName],
                ...(shown.queueUntil ? [[text('command.queueUntil'), format.instant(shown.queueUntil)] as const] : []),
                [text('command.id'), <Mono key="id">{shown.id}</Mono>],
              ]}
            />
            <Box>
              <Typography variant="subtitle2" component="h3" sx={{ mb: 0.75 }}>
                {text('command.payload')}
              </Typography>
              <JsonView value={shown.payload} label={text('command.payload')} />
            </Box>
          </>
        )}
      </DetailDrawer>
    </>
  );
}
