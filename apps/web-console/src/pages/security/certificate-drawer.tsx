import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import {
  DetailDrawer,
  FormDialog,
  FormText,
  KeyValues,
  Mono,
  RouterLink,
  StatusChip,
  useFormat,
  useSubmission,
  useToasts,
} from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { RevokeStationCertificateDocument, type CertificateRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { DownloadPem } from './download-pem.js';
import { CERTIFICATE_LOOKS, fileName } from './security-words.js';

/** A client certificate, and the end of it. */
export function CertificateDrawer({ certificate, onClose }: { certificate: CertificateRowFragment; onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const { may } = useViewer();
  const [revoking, setRevoking] = useState(false);
  const { stationId, stationIdentity, state } = certificate;
  return (
    <DetailDrawer open onClose={onClose} title={text('security.certificateOf', { station: stationIdentity })}>
      <KeyValues
        items={[
          [
            text('security.state'),
            <StatusChip key="state" status={CERTIFICATE_LOOKS[state]} label={text(`security.certificate.${state}`)} />,
          ],
          [
            text('security.station'),
            <RouterLink key="station" to={`/stations/${stationId}?tab=security`}>
              {stationIdentity}
            </RouterLink>,
          ],
          [text('security.begins'), format.dateTime(certificate.notBefore)],
          [text('security.ends'), format.dateTime(certificate.notAfter)],
        ]}
      />
      <KeyValues
        minWidth={400}
        items={[
          [text('security.subject'), certificate.subject],
          [text('security.issuer'), certificate.issuer],
          [text('security.serialNumber'), <Mono key="serial">{certificate.serialNumber}</Mono>],
          [text('security.fingerprint'), <Mono key="sha256">{certificate.sha256}</Mono>],
        ]}
      />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <DownloadPem pem={certificate.chain} name={fileName(stationIdentity, 'pem')} />
        {may(...OPERATORS) && state !== 'REVOKED' && (
          <Button variant="outlined" color="error" onClick={() => setRevoking(true)}>
            {text('security.revoke')}
          </Button>
        )}
      </Box>
      {revoking && <RevokeForm certificate={certificate} onClose={() => setRevoking(false)} />}
    </DetailDrawer>
  );
}

function RevokeForm({ certificate: { id, stationIdentity }, onClose }: { certificate: CertificateRowFragment; onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const rules = fieldRules(text);
  const form = useForm({ defaultValues: { reason: '' } });
  const [revoke] = useMutation(RevokeStationCertificateDocument);
  const submission = useSubmission(form, async ({ reason }) => {
    await revoke({ variables: { certificateId: id, reason } });
    toasts.success(text('security.revoked', { station: stationIdentity }));
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text('security.revokeTitle', { station: stationIdentity })}
      action={text('security.revoke')}
      {...submission}
    >
      {text('security.revokeText')}
      <FormText control={form.control} name="reason" label={text('security.why')} rules={rules.required} autoFocus />
    </FormDialog>
  );
}
