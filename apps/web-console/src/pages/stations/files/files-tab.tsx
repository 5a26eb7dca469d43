import Description from '@mui/icons-material/DescriptionOutlined';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useMutation } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  StatusChip,
  TimeAgo,
  useLocale,
  usePages,
  useToasts,
  type Column,
  type Pages,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { MESSAGE_READERS, OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import {
  DeleteStationFileDocument,
  StationFilesDocument,
  StationFilesToReadDocument,
  type StationFileRowFragment,
} from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { bytesText } from '../../../parts/bytes.js';
import { useEvery } from '../../../parts/use-every.js';
import { save, useRest } from '../../../parts/use-rest.js';
import type { ShownStation } from '../shown-station.js';
import { RequestFileDialog } from './request-file-dialog.js';
import { useFileReasonText } from './file-reasons.js';

type Row = StationFileRowFragment & { downloadPath?: string | null };

const LOOK_EVERY_MS = 3_000;

/** Diagnostics and logs of the station. */
export function FilesTab({ station }: { station: ShownStation }) {
  return useViewer().may(...MESSAGE_READERS) ? <ToRead station={station} /> : <ToSee station={station} />;
}

function ToRead({ station }: { station: ShownStation }) {
  const variables = useMemo(() => ({ id: station.id }), [station.id]);
  return <Files station={station} pages={usePages(StationFilesToReadDocument, variables, (data) => data.station?.files)} />;
}

function ToSee({ station }: { station: ShownStation }) {
  const variables = useMemo(() => ({ id: station.id }), [station.id]);
  return <Files station={station} pages={usePages(StationFilesDocument, variables, (data) => data.station?.files)} />;
}

function Files({ station, pages }: { station: ShownStation; pages: Pages<Row> }) {
  const text = useText();
  const { locale } = useLocale();
  const reasonText = useFileReasonText();
  const operates = useViewer().may(...OPERATORS);
  const [asking, setAsking] = useState(false);
  useEvery(
    LOOK_EVERY_MS,
    pages.rows.some(({ state }) => state === 'REQUESTED' || state === 'UPLOADING'),
    pages.reload,
  );
  const columns = useMemo<[Column<Row>, ...Column<Row>[]]>(
    () => [
      { key: 'name', header: text('files.name'), width: '24%', cell: ({ fileName, kind }) => fileName ?? text(`files.kind.${kind}`) },
      { key: 'state', header: text('files.state'), width: '130px', card: 'badge', cell: ({ state }) => <StatusChip status={state} /> },
      { key: 'reason', header: text('files.reason'), from: 'md', cell: ({ reason, toldStatus }) => reasonText(reason, toldStatus) },
      {
        key: 'size',
        header: text('files.size'),
        width: '90px',
        align: 'end',
        cell: ({ sizeBytes }) => (sizeBytes === 0 ? '–' : bytesText(sizeBytes, locale)),
      },
      {
        key: 'requested',
        header: text('files.requested'),
        width: '120px',
        align: 'end',
        cell: ({ requestedAt }) => <TimeAgo at={requestedAt} />,
      },
      {
        key: 'do',
        header: text('files.do'),
        width: '190px',
        align: 'end',
        cell: (file) => <FileActions file={file} onGone={pages.reload} />,
      },
    ],
    [text, locale, reasonText, pages.reload],
  );
  return (
    <>
      {operates && (
        <Stack direction="row" sx={{ mb: 2 }}>
          <Button variant="contained" onClick={() => setAsking(true)}>
            {text('files.request')}
          </Button>
        </Stack>
      )}
      <DataTable
        label={text('station.tab.files')}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columns}
        maxHeight="max(320px, calc(100dvh - 340px))"
        empty={
          <EmptyState icon={<Description />} title={text('files.none')}>
            {text('files.noneHint')}
          </EmptyState>
        }
      />
      {asking && <RequestFileDialog station={station} onClose={() => setAsking(false)} onDone={pages.reload} />}
    </>
  );
}

function FileActions({ file, onGone }: { file: Row; onGone: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const rest = useRest();
  const { may } = useViewer();
  const [remove] = useMutation(DeleteStationFileDocument);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  if (file.state !== 'ARRIVED') return null;
  const name = file.fileName ?? file.id;
  const download = async () => {
    setBusy(true);
    try {
      save(await (await rest(file.downloadPath ?? '')).blob(), name);
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack direction="row" spacing={1} sx={{ justifyContent: 'flex-end' }}>
      {may(...OPERATORS) && (
        <Button size="small" color="error" onClick={() => setAsking(true)}>
          {text('files.delete')}
        </Button>
      )}
      {file.downloadPath && (
        <Button size="small" variant="outlined" color="inherit" loading={busy} onClick={() => void download()}>
          {text('files.download')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('files.deleteTitle', { name })}
        action={text('files.delete')}
        danger
        onConfirm={async () => {
          await remove({ variables: { id: file.id } });
          onGone();
        }}
      >
        {text('files.deleteText')}
      </ConfirmDialog>
    </Stack>
  );
}
