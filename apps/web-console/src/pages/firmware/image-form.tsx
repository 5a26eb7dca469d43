import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApolloClient } from '@apollo/client/react';
import { FormDialog, FormText, useLocale, useSubmission, useToasts } from '@ampline/ui';
import { useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { FirmwareImagesDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { bytesText } from '../../parts/bytes.js';
import { fieldRules } from '../../parts/rules.js';
import { useRest } from '../../parts/use-rest.js';

interface Values {
  vendor: string;
  model: string;
  version: string;
  sha256: string;
  signature: string;
  certificate: string;
}

const EMPTY: Values = { vendor: '', model: '', version: '', sha256: '', signature: '', certificate: '' };
const SHA256 = /^[0-9a-f]{64}$/i;

/** Uploads a firmware image. */
export function ImageForm({ onClose }: { onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const rest = useRest();
  const client = useApolloClient();
  const { locale } = useLocale();
  const rules = fieldRules(text);
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [missing, setMissing] = useState(false);
  const form = useForm<Values>({ defaultValues: EMPTY });
  const { control } = form;
  const submission = useSubmission(form, async (values) => {
    if (file === undefined) return setMissing(true);
    await rest(`/rest/v1/firmware-images?${queryOf(values, file.name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...signingHeaders(values) },
      body: file,
    });
    await client.refetchQueries({ include: [FirmwareImagesDocument] });
    toasts.success(text('firmware.uploadDone', { version: values.version }));
    onClose();
  });
  return (
    <FormDialog open onClose={onClose} title={text('firmware.uploadTitle')} action={text('firmware.upload')} {...submission}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        <input ref={input} type="file" hidden onChange={({ target }) => (setFile(target.files?.[0]), setMissing(false))} />
        <Button variant="outlined" color="inherit" onClick={() => input.current?.click()}>
          {text('firmware.chooseFile')}
        </Button>
        <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {file === undefined ? text('firmware.noFile') : `${file.name} · ${bytesText(file.size, locale)}`}
        </Typography>
      </Box>
      {missing && <Alert severity="error">{text('firmware.fileMissing')}</Alert>}
      <FormText
        control={control}
        name="vendor"
        label={text('firmware.vendor')}
        hint={text('firmware.vendorHint')}
        rules={rules.required}
        autoFocus
      />
      <FormText control={control} name="model" label={text('firmware.model')} hint={text('firmware.modelHint')} />
      <FormText
        control={control}
        name="version"
        label={text('firmware.version')}
        hint={text('firmware.versionHint')}
        rules={rules.required}
      />
      <FormText
        control={control}
        name="sha256"
        label="SHA-256"
        hint={text('firmware.sha256Hint')}
        rules={{ pattern: { value: SHA256, message: text('firmware.badSha256') } }}
      />
      <FormText
        control={control}
        name="signature"
        label={text('firmware.signature')}
        hint={text('firmware.signatureHint')}
        multiline
        minRows={2}
      />
      <FormText
        control={control}
        name="certificate"
        label={text('firmware.certificate')}
        hint={text('firmware.certificateHint')}
        rules={{ validate: (value, { signature }) => (value === '') === (signature === '') || text('firmware.bothOrNone') }}
        multiline
        minRows={2}
      />
    </FormDialog>
  );
}

function queryOf({ vendor, model, version, sha256 }: Values, fileName: string): string {
  const given = { vendor: vendor.trim(), model: model.trim(), version: version.trim(), fileName, sha256: sha256.trim() };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== '')).toString();
}

function signingHeaders({ signature, certificate }: Values): Record<string, string> {
  if (signature === '') return {};
  return { 'ampline-signature': signature.replace(/\s/g, ''), 'ampline-signing-certificate': encodeURIComponent(certificate.trim()) };
}
