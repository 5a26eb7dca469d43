import Visibility from '@mui/icons-material/VisibilityOutlined';
import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useMutation, useQuery } from '@apollo/client/react';
import { ErrorState, FormText, useSubmission, useLocale, useSession } from '@ampline/ui';
import { useEffect, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useLocation } from 'react-router';
import { PublicFrame } from '../../app/public-frame.js';
import { AcceptInvitationDocument, InvitationDocument, type InvitationQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { fieldRules } from '../../parts/rules.js';
import { LONGEST, SHORTEST } from './password-strength.js';
import { PasswordStrength } from './password-strength-meter.js';

type Invited = NonNullable<InvitationQuery['invitation']>;

/** Where somebody who was invited sets name and password. */
export function InvitationPage() {
  const text = useText();
  const { suggest } = useLocale();
  // Behind the #: a secret in the path would stand in the logs of every proxy.
  const secret = useLocation().hash.slice(1);
  const { data, error, refetch } = useQuery(InvitationDocument, {
    variables: { secret },
    fetchPolicy: 'network-only',
    nextFetchPolicy: 'cache-first',
  });
  const [accepted, setAccepted] = useState<string>();
  const invitation = data?.invitation;
  const locale = invitation?.locale;
  useEffect(() => {
    if (locale !== undefined) suggest(locale);
  }, [locale, suggest]);
  return (
    <PublicFrame title={text('invitation.title')}>
      <Paper variant="outlined" sx={{ width: 'min(460px, 100%)', p: { xs: 3, sm: 4 }, display: 'grid', gap: 2.5 }}>
        {accepted !== undefined && <Accepted email={accepted} />}
        {accepted === undefined && invitation && <Accept invitation={invitation} secret={secret} onAccepted={setAccepted} />}
        {data !== undefined && !invitation && <Void />}
        {data === undefined && error === undefined && <Skeleton variant="rounded" height={352} />}
        {data === undefined && error !== undefined && <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      </Paper>
    </PublicFrame>
  );
}

interface AcceptProps {
  invitation: Invited;
  secret: string;
  onAccepted: (email: string) => void;
}

function Accept({ invitation, secret, onAccepted }: AcceptProps) {
  const text = useText();
  const rules = fieldRules(text);
  const session = useSession();
  const [visible, setVisible] = useState(false);
  const form = useForm({ defaultValues: { name: invitation.name, password: '' } });
  const { control } = form;
  const password = useWatch({ control, name: 'password' });
  const [accept] = useMutation(AcceptInvitationDocument);
  const submission = useSubmission(form, async (values) => {
    const { data } = await accept({ variables: { secret, ...values } });
    if (data) onAccepted(data.acceptInvitation.email);
  });
  if (session.now.is === 'in') {
    return (
      <>
        <Typography variant="h1">{text('invitation.title')}</Typography>
        <Alert severity="warning">{text('invitation.loggedIn', { name: session.now.name })}</Alert>
        <Button variant="outlined" onClick={() => void session.logOut()}>
          {text('invitation.logOut')}
        </Button>
      </>
    );
  }
  return (
    <Box component="form" noValidate onSubmit={submission.onSubmit} sx={{ display: 'grid', gap: 2.5 }}>
      <Box>
        <Typography variant="h1">{text('invitation.title')}</Typography>
        <Typography variant="body2" color="textSecondary" sx={{ mt: 0.75 }}>
          {text('invitation.text', { tenant: invitation.tenantName, email: invitation.email })}
        </Typography>
      </Box>
      {submission.failure !== undefined && <Alert severity="error">{submission.failure}</Alert>}
      {/* Password managers keep the password under this name. */}
      <input type="hidden" name="username" value={invitation.email} autoComplete="username" />
      <FormText control={control} name="name" label={text('invitation.name')} rules={rules.required} autoComplete="name" />
      <Box>
        <FormText
          control={control}
          name="password"
          type={visible ? 'text' : 'password'}
          label={text('invitation.password')}
          hint={text('invitation.passwordHint')}
          autoComplete="new-password"
          rules={{
            ...rules.required,
            minLength: { value: SHORTEST, message: text('invitation.tooShort') },
            maxLength: { value: LONGEST, message: text('invitation.tooLong') },
          }}
          slotProps={{
            input: {
              endAdornment: (
                <InputAdornment position="end">
                  <IconButton
                    edge="end"
                    size="small"
                    onClick={() => setVisible(!visible)}
                    aria-label={text('invitation.show')}
                    aria-pressed={visible}
                  >
                    {visible ? <VisibilityOff fontSize="small" /> : <Visibility fontSize="small" />}
                  </IconButton>
                </InputAdornment>
              ),
            },
          }}
        />
        <PasswordStrength password={password} known={[invitation.email, invitation.name, invitation.tenantName]} />
      </Box>
      <Button type="submit" variant="contained" size="large" loading={submission.busy}>
        {text('invitation.accept')}
      </Button>
    </Box>
  );
}

function Accepted({ email }: { email: string }) {
  const text = useText();
  const session = useSession();
  return (
    <>
      <Typography variant="h1">{text('invitation.done')}</Typography>
      <Alert severity="success">{text('invitation.doneText', { email })}</Alert>
      <Button variant="contained" size="large" onClick={() => void session.logIn('/')} autoFocus>
        {text('invitation.logIn')}
      </Button>
    </>
  );
}

function Void() {
  const text = useText();
  const session = useSession();
  return (
    <>
      <Typography variant="h1">{text('invitation.void')}</Typography>
      <Typography variant="body2" color="textSecondary">
        {text('invitation.voidText')}
      </Typography>
      <Button variant="outlined" onClick={() => void session.logIn('/')}>
        {text('invitation.logIn')}
      </Button>
    </>
  );
}
