import Button from '@mui/material/Button';
import EvStation from '@mui/icons-material/EvStationOutlined';
import { useMutation, useQuery } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  isMissing,
  JsonView,
  PageHeader,
  Section,
  Stale,
  StatusChip,
  TimeAgo,
  useFormat,
  usePages,
  useToasts,
  type Column,
} from '@ampline/ui';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useParams } from 'react-router';
import { OPERATORS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import {
  CommandRunDocument,
  CommandRunStationsDocument,
  StopCommandRunDocument,
  type CommandRunRowFragment,
  type CommandRunStationRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { MissingPage } from '../failures/missing-page.js';
import { CommandOutcomeChip } from '../stations/commands/command-outcome.js';
import { RunFigures } from './run-figures.js';
import { isUnsettled, RunState } from './run-state.js';

const RELOAD_MS = 2_000;

/** One command over many stations: how far it is, and what became of each. */
export function CommandRunPage() {
  const text = useText();
  const format = useFormat();
  const { may } = useViewer();
  const { runId = '' } = useParams();
  const variables = useMemo(() => ({ id: runId }), [runId]);
  const { data, error, refetch } = useQuery(CommandRunDocument, { variables });
  const pages = usePages(CommandRunStationsDocument, variables, ({ commandRun }) => commandRun?.stations);
  const run = data?.commandRun ?? undefined;
  const unsettled = run !== undefined && isUnsettled(run);
  const reload = useEffectEvent(() => {
    void refetch().catch(() => undefined);
    pages.reload();
  });
  useEffect(() => {
    if (!unsettled) return undefined;
    const timer = setInterval(() => reload(), RELOAD_MS);
    return () => clearInterval(timer);
  }, [unsettled]);

  const crumbs = [{ label: text('commandRuns.title'), to: '/commands' }];
  if (data?.commandRun === null || isMissing(error)) return <MissingPage />;
  if (error !== undefined && data === undefined) {
    return (
      <>
        <PageHeader title={text('commandRuns.title')} crumbs={crumbs} />
        <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
      </>
    );
  }
  const about = run && [
    text('commandRuns.about', { at: format.instant(run.requestedAt), by: run.requestedByName ?? '–' }),
    ...(run.queueUntil ? [text('commandRuns.waitsUntil', { at: format.instant(run.queueUntil) })] : []),
  ];
  return (
    <>
      <PageHeader
        title={run?.action ?? '…'}
        crumbs={crumbs}
        badge={run && <RunState run={run} />}
        subtitle={about?.join(' · ') ?? '\u00a0'}
        actions={run && unsettled && may(...OPERATORS) && <StopRun run={run} />}
      />
      <Stale services={SERVICES.stations}>
        <RunFigures run={run} />
        <Results pages={pages} />
      </Stale>
      {run && (
        <Section title={text('commandRuns.payload')} sx={{ mt: 2.5 }}>
          <JsonView value={run.payload} label={text('commandRuns.payload')} />
        </Section>
      )}
    </>
  );
}

function Results({ pages }: { pages: ReturnType<typeof usePages<unknown, never, CommandRunStationRowFragment>> }) {
  const text = useText();
  const columns = useMemo<[Column<CommandRunStationRowFragment>, ...Column<CommandRunStationRowFragment>[]]>(
    () => [
      { key: 'station', header: text('commandRuns.station'), width: '34%', cell: ({ stationIdentity }) => stationIdentity },
      { key: 'result', header: text('commandRuns.result'), card: 'badge', cell: (row) => <Result row={row} /> },
      { key: 'error', header: text('commandRuns.error'), from: 'md', cell: ({ command }) => command?.errorCode ?? '–' },
      {
        key: 'at',
        header: text('commandRuns.answered'),
        width: '150px',
        align: 'end',
        cell: ({ command }) => <TimeAgo at={command?.completedAt ?? null} />,
      },
    ],
    [text],
  );
  return (
    <DataTable
      label={text('commandRuns.results')}
      pages={pages}
      rowKey={({ stationId }) => stationId}
      rowTo={({ stationId }) => `/stations/${stationId}?tab=commands`}
      columns={columns}
      expected={8}
      maxHeight="max(360px, calc(100dvh - 420px))"
      empty={<EmptyState icon={<EvStation />} title={text('commandRuns.noStations')} />}
    />
  );
}

function Result({ row: { skipReason, command } }: { row: CommandRunStationRowFragment }) {
  const text = useText();
  if (skipReason !== null) return <StatusChip status="DISABLED" label={text(`commandRuns.skip.${skipReason}`)} />;
  return command === null ? <StatusChip status="PENDING" label={text('commandRuns.waiting')} /> : <CommandOutcomeChip command={command} />;
}

function StopRun({ run }: { run: CommandRunRowFragment }) {
  const text = useText();
  const toasts = useToasts();
  const [stop] = useMutation(StopCommandRunDocument);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="outlined" color="error" onClick={() => setOpen(true)}>
        {text('commandRuns.stop')}
      </Button>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={text('commandRuns.stopTitle', { action: run.action })}
        action={text('commandRuns.stop')}
        danger
        onConfirm={async () => {
          await stop({ variables: { id: run.id } });
          toasts.success(text('commandRuns.stopped'));
        }}
      >
        {text('commandRuns.stopText')}
      </ConfirmDialog>
    </>
  );
}
