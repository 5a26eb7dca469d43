import Button from '@mui/material/Button';
import { useMutation } from '@apollo/client/react';
import { ConfirmDialog, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { OPERATORS } from '../../app/roles.js';
import { useViewer } from '../../app/viewer.js';
import { AbortFirmwareCampaignDocument, PauseFirmwareCampaignDocument, StartFirmwareCampaignDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import type { ShownCampaign } from './campaign-page.js';
import { totalOf } from './campaign-state.js';

/** Starts, pauses or aborts a campaign. */
export function CampaignActions({ campaign: { id, name, state, stages } }: { campaign: ShownCampaign }) {
  const text = useText();
  const toasts = useToasts();
  const { may } = useViewer();
  const [start] = useMutation(StartFirmwareCampaignDocument);
  const [pause] = useMutation(PauseFirmwareCampaignDocument);
  const [abort] = useMutation(AbortFirmwareCampaignDocument);
  const [asking, setAsking] = useState<'start' | 'abort'>();
  const close = () => setAsking(undefined);
  const variables = { id };
  if (!may(...OPERATORS) || state === 'COMPLETED' || state === 'ABORTED') return null;
  return (
    <>
      <Button variant="outlined" color="error" onClick={() => setAsking('abort')}>
        {text('firmware.abort')}
      </Button>
      {state === 'RUNNING' ? (
        <Button variant="outlined" color="inherit" onClick={() => void pause({ variables }).catch(toasts.failure)}>
          {text('firmware.pause')}
        </Button>
      ) : (
        <Button variant="contained" onClick={() => setAsking('start')}>
          {text(state === 'DRAFT' ? 'firmware.start' : 'firmware.resume')}
        </Button>
      )}
      <ConfirmDialog
        open={asking === 'start'}
        onClose={close}
        title={text('firmware.startTitle', { name })}
        action={text(state === 'DRAFT' ? 'firmware.start' : 'firmware.resume')}
        onConfirm={() => start({ variables })}
      >
        {text('firmware.startText', { stations: totalOf(stages).queued })}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'abort'}
        onClose={close}
        title={text('firmware.abortTitle', { name })}
        action={text('firmware.abort')}
        danger
        onConfirm={() => abort({ variables })}
      >
        {text('firmware.abortText')}
      </ConfirmDialog>
    </>
  );
}
