import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { ErrorState, FormDialog, FormText, Section, useSubmission, useToasts } from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { MessageRetentionDocument, SetMessageRetentionDocument, type MessageRetentionQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

type Retention = MessageRetentionQuery['messageRetention'];

/** How long raw messages of stations are kept. */
export function RetentionTab() {
  const text = useText();
  const { data, error, refetch } = useQuery(MessageRetentionDocument);
  const [editing, setEditing] = useState(false);
  if (data === undefined) {
    return error === undefined ? (
      <Skeleton variant="rounded" height={140} />
    ) : (
      <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
    );
  }
  const { days, maximumDays: most } = data.messageRetention;
  return (
    <Section
      title={text('retention.messages')}
      hint={text(days === null ? 'retention.ofInstallation' : 'retention.ofTenant', { most })}
      actions={
        <Button variant="outlined" color="inherit" onClick={() => setEditing(true)}>
          {text('parts.edit')}
        </Button>
      }
      sx={{ maxWidth: 720 }}
    >
      <Typography>{text('retention.days', { days: days ?? most })}</Typography>
      {editing && <RetentionForm retention={data.messageRetention} onClose={() => setEditing(false)} />}
    </Section>
  );
}

function RetentionForm({ retention, onClose }: { retention: Retention; onClose: () => void }) {
  const text = useText();
  const toasts = useToasts();
  const most = retention.maximumDays;
  const form = useForm({ defaultValues: { days: retention.days === null ? '' : String(retention.days) } });
  const [set] = useMutation(SetMessageRetentionDocument, { refetchQueries: [MessageRetentionDocument] });
  const submission = useSubmission(form, async ({ days }) => {
    await set({ variables: { days: days === '' ? null : Number(days) } });
    toasts.success(text('retention.saved'));
    onClose();
  });
  const isDays = (days: string) => days === '' || (/^\d{1,4}$/.test(days) && Number(days) >= 1 && Number(days) <= most);
  return (
    <FormDialog open onClose={onClose} title={text('retention.messages')} action={text('parts.save')} {...submission}>
      <FormText
        control={form.control}
        name="days"
        label={text('retention.daysLabel')}
        hint={text('retention.hint', { most })}
        rules={{ validate: (days) => isDays(days) || text('retention.badDays', { most }) }}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        autoComplete="off"
        autoFocus
      />
    </FormDialog>
  );
}
