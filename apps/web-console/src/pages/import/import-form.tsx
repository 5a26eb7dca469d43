import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { FormDialog, FormSelect, useLocale, useSubmission } from '@ampline/ui';
import { useRef, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useNavigate } from 'react-router';
import type { ImportKind } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { bytesText } from '../../parts/bytes.js';
import { DownloadButton } from '../../parts/download-button.js';
import { useRest } from '../../parts/use-rest.js';

const KINDS: readonly ImportKind[] = ['SITES', 'LOCATIONS', 'STATIONS', 'ID_TOKENS'];

/** Hands over a file, and leads to what it would change. */
export function ImportForm({ onClose }: { onClose: () => void }) {
  const text = useText();
  const rest = useRest();
  const navigate = useNavigate();
  const { locale } = useLocale();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [missing, setMissing] = useState(false);
  const form = useForm<{ kind: ImportKind }>({ defaultValues: { kind: 'SITES' } });
  const kind = useWatch({ control: form.control, name: 'kind' });
  const submission = useSubmission(form, async (values) => {
    if (file === undefined) return setMissing(true);
    const answer = await rest(`/rest/v1/imports?${new URLSearchParams({ kind: values.kind, fileName: file.name }).toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
    const { id } = (await answer.json()) as { id: string };
    void navigate(`/import/${id}`);
  });
  return (
    <FormDialog open onClose={onClose} title={text('import.new')} action={text('import.check')} {...submission}>
      <FormSelect
        control={form.control}
        name="kind"
        label={text('import.what')}
        options={KINDS.map((value) => ({ value, label: text(`import.kind.${value}`) }))}
      />
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        <input
          ref={input}
          type="file"
          accept=".csv,.xlsx"
          hidden
          onChange={({ target }) => (setFile(target.files?.[0]), setMissing(false))}
        />
        <Button variant="outlined" color="inherit" onClick={() => input.current?.click()}>
          {text('import.choose')}
        </Button>
        <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {file === undefined ? text('import.noFile') : `${file.name} · ${bytesText(file.size, locale)}`}
        </Typography>
      </Box>
      {missing && <Alert severity="error">{text('import.fileMissing')}</Alert>}
      <Box>
        <DownloadButton
          path={`/rest/v1/imports/template.csv?${new URLSearchParams({ kind, language: locale }).toString()}`}
          fileName={`${kind.toLowerCase().replace('_', '-')}.csv`}
          label={text('import.template')}
          done={text('import.templateDone')}
          hint=""
        />
      </Box>
    </FormDialog>
  );
}
