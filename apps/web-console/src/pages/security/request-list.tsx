import Description from '@mui/icons-material/DescriptionOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import {
  DataTable,
  DetailDrawer,
  EmptyState,
  FormDialog,
  FormText,
  KeyValues,
  StatusChip,
  TimeAgo,
  usePages,
  useSubmission,
  useToasts,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { CertificateRequestsDocument, UploadStationCertificateDocument, type CertificateRequestsQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { DownloadPem } from './download-pem.js';
import { fileName, reasonKey, REQUEST_LOOKS } from './security-words.js';

type Request = CertificateRequestsQuery['certificateRequests']['nodes'][number];
const NOTHING = {};

/** What stations asked for; where no authority of the tenant signs, a person takes it to another one. */
export function RequestList() {
  const text = useText();
  const pages = usePages(CertificateRequestsDocument, NOTHING, (data) => data.certificateRequests);
  const [shownId, setShownId] = useState<string>();
  const shown = pages.rows.find(({ id }) => id === shownId);
  const columns = useMemo<[Column<Request>, ...Column<Request>[]]>(
    () => [
      { key: 'station', header: text('security.station'), cell: ({ stationIdentity }) => stationIdentity },
      {
        key: 'state',
        header: text('security.state'),
        width: '160px',
        card: 'badge',
        cell: ({ state }) => <StatusChip status={REQUEST_LOOKS[state]} label={text(`security.request.${state}`)} />,
      },
      { key: 'key', header: text('security.keyType'), width: '140px', from: 'md', cell: ({ keyType }) => keyType || '–' },
      { key: 'at', header: text('security.asked'), width: '150px', align: 'end', cell: ({ askedAt }) => <TimeAgo at={askedAt} /> },
    ],
    [text],
  );
  return (
    <>
      <DataTable
        label={text('security.tab.requests')}
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShownId(id)}
        columns={columns}
        expected={5}
        maxHeight="max(320px, calc(100dvh - 310px))"
        empty={
          <EmptyState icon={<Description />} title={text('security.noRequests')}>
            {text('security.noRequestsHint')}
          </EmptyState>
        }
      />
      {shown && <RequestDrawer request={shown} onClose={() => setShownId(undefined)} onDone={() => pages.reload()} />}
    </>
  );
}

function RequestDrawer({ request, onClose, onDone }: { request: Request; onClose: () => void; onDone: () => void }) {
  const text = useText();
  const { may } = useViewer();
  const [uploading, setUploading] = useState(false);
  const { stationIdentity, state, reason } = request;
  const key = reasonKey(reason);
  return (
    <DetailDrawer open onClose={onClose} title={text('security.requestOf', { station: stationIdentity })}>
      <KeyValues
        minWidth={300}
        items={[
          [text('security.state'), <StatusChip key="state" status={REQUEST_LOOKS[state]} label={text(`security.request.${state}`)} />],
          [text('security.subject'), request.subject || '–'],
          [text('security.keyType'), request.keyType || '–'],
          ...(reason === null ? [] : ([[text('security.reason'), key === undefined ? reason : text(key)]] as [string, string][])),
        ]}
      />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <DownloadPem pem={request.csr} name={fileName(stationIdentity, 'csr')} label={text('security.downloadRequest')} />
        {may(...OPERATORS) && state === 'WAITING' && (
          <Button variant="contained" onClick={() => setUploading(true)}>
            {text('security.upload')}
          </Button>
        )}
      </Box>
      {uploading && <UploadForm request={request} onClose={() => setUploading(false)} onDone={onDone} />}
    </DetailDrawer>
  );
}

function UploadForm({ request, onClose, onDone }: { request: Request; onClose: () => void; onDone: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const form = useForm({ defaultValues: { chain: '' } });
  const [upload] = useMutation(UploadStationCertificateDocument);
  const submission = useSubmission(form, async ({ chain }) => {
    await upload({ variables: { requestId: request.id, chain } });
    toasts.success(text('security.uploaded', { station: request.stationIdentity }));
    onDone();
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('security.upload')} action={text('security.send')} {...submission}>
      <FormText
        control={form.control}
        name="chain"
        label={text('security.chain')}
        hint={text('security.chainHint')}
        rules={rules.required}
        multiline
        minRows={8}
        autoFocus
      />
    </FormDialog>
  );
}
