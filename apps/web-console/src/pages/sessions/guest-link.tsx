import LinkIcon from '@mui/icons-material/LinkOutlined';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMutation } from '@apollo/client/react';
import { FormDialog, FormSelect, useFormat, useSubmission } from '@ampline/ui';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { CreateGuestLinkDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { OnceShown } from '../../parts/once-shown.js';

const HOURS = ['4', '24', '72', '168'] as const;

/** Makes a link by which somebody without an account follows one session. */
export function GuestLink({ sessionId }: { sessionId: string }) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ link: string; expiresAt: string }>();
  const form = useForm({ defaultValues: { hours: '24' } });
  const [create] = useMutation(CreateGuestLinkDocument);
  const submission = useSubmission(form, async ({ hours }) => {
    const { data } = await create({ variables: { sessionId, validHours: Number(hours) } });
    if (!data) return;
    const { secret, guestLink } = data.createGuestLink;
    // Behind the #: what stands there is sent to no server and stands in no log.
    setMade({ link: `${window.location.origin}/console/guest/${sessionId}#${secret}`, expiresAt: guestLink.expiresAt });
    setOpen(false);
  });
  return (
    <>
      <Button variant="outlined" color="inherit" startIcon={<LinkIcon />} onClick={() => setOpen(true)}>
        {text('session.guest')}
      </Button>
      <FormDialog
        open={open}
        onClose={() => setOpen(false)}
        title={text('session.guestTitle')}
        action={text('session.guestCreate')}
        {...submission}
      >
        <Typography variant="body2" color="textSecondary">
          {text('session.guestText')}
        </Typography>
        <FormSelect
          control={form.control}
          name="hours"
          label={text('session.guestHours')}
          options={HOURS.map((value) => ({ value, label: text('session.guestHoursValue', { hours: Number(value) }) }))}
        />
      </FormDialog>
      {made && (
        <OnceShown
          title={text('session.guestTitle')}
          label={text('session.guestLink')}
          value={made.link}
          onClose={() => setMade(undefined)}
        >
          {text('session.guestMade', { until: format.dateTime(made.expiresAt) })}
        </OnceShown>
      )}
    </>
  );
}
