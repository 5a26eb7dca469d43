import ListAlt from '@mui/icons-material/ListAltOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useMutation, useQuery } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  KeyValues,
  Mono,
  Section,
  Stale,
  useFormat,
  usePages,
  useToasts,
  type Column,
} from '@ampline/ui';
import { useEffect, useMemo, useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { SERVICES } from '../../app/services.js';
import { useViewer } from '../../app/viewer.js';
import {
  LocalListDocument,
  LocalListEntriesDocument,
  SyncLocalListDocument,
  type LocalListDetailFragment,
  type LocalListEntriesQuery,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { ShownStation } from '../stations/shown-station.js';
import { LocalListState } from './local-list-status.js';
import { PolicyForm } from './policy-form.js';
import { usePolicyText } from './policy-text.js';
import { RemovePolicyDialog } from './remove-policy-dialog.js';

/** A list that is being brought up to date is looked at so often, ms. */
const LOOK_EVERY_MS = 2_000;

/** The local authorization list of a station: what it holds, and what it should. */
export function LocalListTab({ station }: { station: ShownStation }) {
  const { data, error, refetch, startPolling, stopPolling } = useQuery(LocalListDocument, { variables: { stationId: station.id } });
  const list = data?.localList;
  const moving = list?.status === 'PENDING' && station.online;
  useEffect(() => {
    if (moving) startPolling(LOOK_EVERY_MS);
    else stopPolling();
    return stopPolling;
  }, [moving, startPolling, stopPolling]);
  if (list === undefined) {
    if (error === undefined) return <Skeleton variant="rounded" height={260} />;
    return <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />;
  }
  return (
    <Stale services={SERVICES.stations}>
      <Box sx={{ display: 'grid', gap: 2.5 }}>
        <ListFacts station={station} list={list} />
        <Entries key={list.heldVersion ?? 'unknown'} stationId={station.id} />
      </Box>
    </Stale>
  );
}

function ListFacts({ station, list }: { station: ShownStation; list: LocalListDetailFragment }) {
  const text = useText();
  const format = useFormat();
  const policyText = usePolicyText();
  const operator = useViewer().may(...OPERATORS);
  const { identity } = station;
  const { status, version, heldVersion, stationVersion, entryCount, leftOut, sendMost, listMost, policy } = list;
  const theirs = stationVersion === null ? text('localList.noVersion') : String(stationVersion);
  return (
    <Section title={text('station.tab.localList')} hint={text('localList.hint', { station: identity })}>
      {status === 'UNMANAGED' && <Hint>{text('localList.unmanagedHint')}</Hint>}
      {status === 'DISABLED' && <Hint>{text('localList.disabledHint')}</Hint>}
      {status === 'PENDING' && !station.online && <Hint>{text('localList.offlineHint', { station: identity })}</Hint>}
      <KeyValues
        items={[
          [text('localList.status'), <LocalListState key="status" status={status} />],
          [text('localList.policy'), policy === null ? '–' : policyText(policy)],
          [text('localList.result'), list.result ?? '–'],
          [text('localList.ours'), version === 0 ? '–' : String(version)],
          [text('localList.theirs'), stationVersion === -1 ? text('localList.noList', { version: '−1' }) : theirs],
          [text('localList.count'), heldVersion === null ? text('localList.unknownCount') : format.integer(entryCount)],
          ...(leftOut === 0 ? [] : [[text('localList.leftOut'), format.integer(leftOut)] as const]),
          ...(sendMost === null && listMost === null
            ? []
            : [
                [
                  text('localList.most'),
                  text('localList.mostText', { list: format.integer(listMost), send: format.integer(sendMost) }),
                ] as const,
              ]),
          [text('localList.syncedAt'), format.dateTime(list.syncedAt)],
          ...(list.dueAt === null ? [] : [[text('localList.dueAt'), format.dateTime(list.dueAt)] as const]),
        ]}
      />
      {operator && <ListActions station={station} list={list} />}
    </Section>
  );
}

function Hint({ children }: { children: string }) {
  return (
    <Alert severity="info" sx={{ mb: 2 }}>
      {children}
    </Alert>
  );
}

function ListActions({ station: { id: stationId, identity }, list }: { station: ShownStation; list: LocalListDetailFragment }) {
  const text = useText();
  const toasts = useToasts();
  const [sync] = useMutation(SyncLocalListDocument);
  const [asking, setAsking] = useState<'full' | 'policy' | 'remove'>();
  const close = () => setAsking(undefined);
  const ask = async (full: boolean) => {
    await sync({ variables: { stationId, full } });
    toasts.success(text('localList.asked', { station: identity }));
  };
  const managed = list.status !== 'UNMANAGED';
  const own = list.policy?.stationId === stationId;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 2 }}>
      {managed && (
        <>
          <Button variant="contained" onClick={() => void ask(false).catch(toasts.failure)}>
            {text('localList.sync')}
          </Button>
          <Button variant="outlined" color="inherit" onClick={() => setAsking('full')}>
            {text('localList.full')}
          </Button>
        </>
      )}
      <Button variant="outlined" color="inherit" onClick={() => setAsking('policy')}>
        {text('localList.ownPolicy')}
      </Button>
      {own && (
        <Button variant="outlined" color="error" onClick={() => setAsking('remove')}>
          {text('localList.take')}
        </Button>
      )}
      <ConfirmDialog
        open={asking === 'full'}
        onClose={close}
        title={text('localList.fullTitle', { station: identity })}
        action={text('localList.full')}
        onConfirm={() => ask(true)}
      >
        {text('localList.fullText')}
      </ConfirmDialog>
      {asking === 'policy' && (
        <PolicyForm
          title={text('localList.ownPolicy')}
          scope={{ siteId: null, stationId }}
          policy={own ? (list.policy ?? undefined) : undefined}
          onClose={close}
        />
      )}
      <RemovePolicyDialog open={asking === 'remove'} onClose={close} policy={{ siteId: null, stationId }} scope={identity} />
    </Box>
  );
}

type Entry = LocalListEntriesQuery['localList']['entries']['nodes'][number];

function Entries({ stationId }: { stationId: string }) {
  const text = useText();
  const format = useFormat();
  const variables = useMemo(() => ({ stationId }), [stationId]);
  const pages = usePages(LocalListEntriesDocument, variables, (data) => data.localList.entries);
  const columns = useMemo<[Column<Entry>, ...Column<Entry>[]]>(
    () => [
      { key: 'token', header: text('localList.token'), cell: ({ idToken }) => <Mono>{idToken}</Mono> },
      {
        key: 'group',
        header: text('localList.group'),
        width: '30%',
        cell: ({ groupToken }) => (groupToken === null ? '–' : <Mono>{groupToken}</Mono>),
      },
      {
        key: 'expires',
        header: text('localList.expires'),
        width: '180px',
        align: 'end',
        cell: ({ expiresAt }) => format.dateTime(expiresAt),
      },
    ],
    [format, text],
  );
  return (
    <DataTable
      label={text('localList.entries')}
      pages={pages}
      rowKey={({ idToken }) => idToken}
      columns={columns}
      expected={4}
      empty={<EmptyState icon={<ListAlt />} title={text('localList.noEntries')} />}
    />
  );
}
