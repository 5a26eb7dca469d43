import Button from '@mui/material/Button';
import PlaylistPlay from '@mui/icons-material/PlaylistPlay';
import { DataTable, EmptyState, PageHeader, Stale, TimeAgo, useFormat, usePages, type Column } from '@ampline/ui';
import { useEffect, useEffectEvent, useMemo } from 'react';
import { Link } from 'react-router';
import { OPERATORS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import { CommandRunsDocument, type CommandRunRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { isUnsettled, RunState } from './run-state.js';

const RELOAD_MS = 3_000;

/** Commands over many stations, newest first. */
export function CommandRunsPage() {
  const text = useText();
  const format = useFormat();
  const { may } = useViewer();
  const pages = usePages(CommandRunsDocument, NO_VARIABLES, ({ commandRuns }) => commandRuns);
  const unsettled = pages.rows.some(isUnsettled);
  const reload = useEffectEvent(pages.reload);
  useEffect(() => {
    if (!unsettled) return undefined;
    const timer = setInterval(() => reload(), RELOAD_MS);
    return () => clearInterval(timer);
  }, [unsettled]);
  const columns = useMemo<[Column<CommandRunRowFragment>, ...Column<CommandRunRowFragment>[]]>(
    () => [
      { key: 'action', header: text('commandRuns.action'), width: '24%', cell: ({ action }) => action },
      { key: 'state', header: text('commandRuns.state'), width: '180px', card: 'badge', cell: (run) => <RunState run={run} /> },
      {
        key: 'done',
        header: text('commandRuns.done'),
        cell: ({ counts }) => text('commandRuns.doneOf', { done: format.integer(counts.accepted), count: format.integer(counts.stations) }),
      },
      { key: 'by', header: text('commandRuns.by'), from: 'md', cell: ({ requestedByName }) => requestedByName ?? '–' },
      { key: 'at', header: text('commandRuns.at'), width: '150px', align: 'end', cell: ({ requestedAt }) => <TimeAgo at={requestedAt} /> },
    ],
    [text, format],
  );
  const create = may(...OPERATORS) && (
    <Button variant="contained" component={Link} to="/commands/new">
      {text('commandRuns.new')}
    </Button>
  );
  return (
    <>
      <PageHeader title={text('commandRuns.title')} subtitle={text('commandRuns.subtitle')} actions={create} />
      <Stale services={SERVICES.stations}>
        <DataTable
          label={text('commandRuns.title')}
          pages={pages}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/commands/${id}`}
          columns={columns}
          expected={8}
          empty={
            <EmptyState icon={<PlaylistPlay />} title={text('commandRuns.none')} action={create}>
              {text('commandRuns.noneHint')}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}

const NO_VARIABLES = {};
