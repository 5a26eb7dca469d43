import { useMutation } from '@apollo/client/react';
import Button from '@mui/material/Button';
import { ConfirmDialog, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { ApplyImportDocument, type ImportHeadFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { DownloadButton } from '../../parts/download-button.js';

/** What can be done with an import: its errors downloaded, its good rows applied. */
export function ImportActions({ shown }: { shown: ImportHeadFragment }) {
  const text = useText();
  const toasts = useToasts();
  const [apply] = useMutation(ApplyImportDocument);
  const [asking, setAsking] = useState(false);
  const { id, state, fileName, toCreate, toChange, withErrors } = shown;
  const count = toCreate + toChange;
  if (state === 'FAILED' || state === 'CHECKING') return null;
  return (
    <>
      <DownloadButton
        path={withErrors > 0 ? `/rest/v1/imports/${id}/errors.csv` : undefined}
        fileName={`${fileName.replace(/\.\w+$/, '')}-errors.csv`}
        label={text('import.downloadErrors')}
        done={text('import.downloadDone')}
        hint={text('import.noErrors')}
      />
      {state === 'CHECKED' && count > 0 && (
        <Button variant="contained" onClick={() => setAsking(true)}>
          {text('import.apply', { count })}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text('import.applyTitle', { file: fileName })}
        action={text('import.apply', { count })}
        onConfirm={async () => {
          await apply({ variables: { id, onlyGood: withErrors > 0 } });
          toasts.success(text('import.started'));
        }}
      >
        {text('import.applyText')} {withErrors > 0 && text('import.applyGoodText', { count: withErrors })}
      </ConfirmDialog>
    </>
  );
}
