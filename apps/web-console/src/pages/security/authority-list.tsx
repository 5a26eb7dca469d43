import VerifiedUser from '@mui/icons-material/VerifiedUserOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation, useQuery } from '@apollo/client/react';
import {
  ConfirmDialog,
  DataTable,
  DetailDrawer,
  EmptyState,
  FormDialog,
  FormText,
  KeyValues,
  Mono,
  StatusChip,
  useFormat,
  useSubmission,
  useToasts,
  wholeList,
  type Column,
} from '@ampline/ui';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { ADMINS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import {
  CertificateAuthoritiesDocument,
  CreateCertificateAuthorityDocument,
  DistrustCertificateAuthorityDocument,
  TrustCertificateAuthorityDocument,
  type AuthorityRowFragment,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { DownloadPem } from './download-pem.js';
import { fileName } from './security-words.js';

const AGAIN = { refetchQueries: [CertificateAuthoritiesDocument] };

/** Whom the tenant trusts to say who a station is. */
export function AuthorityList() {
  const text = useText();
  const format = useFormat();
  const admin = useViewer().may(...ADMINS);
  const { data, error, refetch } = useQuery(CertificateAuthoritiesDocument);
  const [shownId, setShownId] = useState<string>();
  const [creating, setCreating] = useState(false);
  const [trusting, setTrusting] = useState(false);
  const list = data?.certificateAuthorities;
  const shown = list?.nodes.find(({ id }) => id === shownId);
  const columns = useMemo<[Column<AuthorityRowFragment>, ...Column<AuthorityRowFragment>[]]>(
    () => [
      { key: 'subject', header: text('security.authority'), cell: ({ subject }) => subject },
      {
        key: 'state',
        header: text('security.state'),
        width: '160px',
        card: 'badge',
        cell: (authority) => <AuthorityState authority={authority} />,
      },
      { key: 'kind', header: text('security.kind'), width: '210px', from: 'md', cell: ({ kind }) => text(`security.authority.${kind}`) },
      { key: 'ends', header: text('security.ends'), width: '130px', align: 'end', cell: ({ notAfter }) => format.date(notAfter) },
    ],
    [format, text],
  );
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mb: 2 }}>
        {admin && (
          <>
            <Button variant="contained" onClick={() => setCreating(true)}>
              {text('security.create')}
            </Button>
            <Button variant="outlined" onClick={() => setTrusting(true)}>
              {text('security.trust')}
            </Button>
          </>
        )}
        {list?.serverRootCertificate != null && (
          <DownloadPem pem={list.serverRootCertificate} name="ampline-server-root.pem" label={text('security.serverRoot')} />
        )}
      </Box>
      <DataTable
        label={text('security.tab.authorities')}
        pages={wholeList(list?.nodes, error, () => void refetch().catch(() => undefined))}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setShownId(id)}
        columns={columns}
        expected={3}
        maxHeight="max(320px, calc(100dvh - 360px))"
        empty={
          <EmptyState icon={<VerifiedUser />} title={text('security.noAuthorities')}>
            {text('security.noAuthoritiesHint')}
          </EmptyState>
        }
      />
      <CreateDialog open={creating} onClose={() => setCreating(false)} />
      {trusting && <TrustForm onClose={() => setTrusting(false)} />}
      {shown && <AuthorityDrawer authority={shown} admin={admin} onClose={() => setShownId(undefined)} />}
    </>
  );
}

function AuthorityState({ authority: { issues, trusted } }: { authority: AuthorityRowFragment }) {
  const text = useText();
  if (!trusted) return <StatusChip status="BLOCKED" label={text('security.distrusted')} />;
  return <StatusChip status="ACTIVE" label={text(issues ? 'security.issues' : 'security.trusted')} />;
}

function CreateDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const [create] = useMutation(CreateCertificateAuthorityDocument, AGAIN);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={text('security.createTitle')}
      action={text('security.create')}
      onConfirm={async () => {
        await create();
        toasts.success(text('security.created'));
      }}
    >
      {text('security.createText')}
    </ConfirmDialog>
  );
}

function TrustForm({ onClose }: { onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const form = useForm({ defaultValues: { certificate: '' } });
  const [trust] = useMutation(TrustCertificateAuthorityDocument, AGAIN);
  const submission = useSubmission(form, async ({ certificate }) => {
    await trust({ variables: { certificate } });
    toasts.success(text('security.trustedNow'));
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('security.trust')} action={text('security.trustAction')} {...submission}>
      <Alert severity="warning">{text('security.trustText')}</Alert>
      <FormText
        control={form.control}
        name="certificate"
        label={text('security.rootPem')}
        rules={rules.required}
        multiline
        minRows={8}
        autoFocus
      />
    </FormDialog>
  );
}

function AuthorityDrawer({ authority, admin, onClose }: { authority: AuthorityRowFragment; admin: boolean; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const toasts = useToasts();
  const [asking, setAsking] = useState(false);
  const [distrust] = useMutation(DistrustCertificateAuthorityDocument, AGAIN);
  const { id, subject, trusted } = authority;
  return (
    <DetailDrawer open onClose={onClose} title={subject}>
      <KeyValues
        minWidth={300}
        items={[
          [text('security.state'), <AuthorityState key="state" authority={authority} />],
          [text('security.kind'), text(`security.authority.${authority.kind}`)],
          [text('security.ends'), format.dateTime(authority.notAfter)],
          [text('security.fingerprint'), <Mono key="sha256">{authority.sha256}</Mono>],
        ]}
      />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <DownloadPem pem={authority.certificate} name={fileName(subject, 'pem')} />
        {admin && trusted && (
          <Button variant="outlined" color="error" onClick={() => setAsking(true)}>
            {text('security.distrust')}
          </Button>
        )}
      </Box>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('security.distrustTitle')}
        action={text('security.distrust')}
        danger
        onConfirm={async () => {
          await distrust({ variables: { authorityId: id } });
          toasts.success(text('security.distrustedNow'));
        }}
      >
        {text('security.distrustText')}
      </ConfirmDialog>
    </DetailDrawer>
  );
}
