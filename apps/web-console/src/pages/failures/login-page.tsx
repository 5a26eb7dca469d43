import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useSession } from '@ampline/ui';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { PublicFrame } from '../../app/public-frame.js';
import { useText, type ConsoleKey } from '../../messages.js';

const WHY: Readonly<Record<'logged-out' | 'expired' | 'provider-away', ConsoleKey>> = {
  'logged-out': 'login.loggedOut',
  expired: 'login.expired',
  'provider-away': 'login.providerAway',
};

/** Shown at whatever page one wants to see; the log-in leads back to it. */
export function LoginPage() {
  const text = useText();
  const session = useSession();
  const { pathname, search } = useLocation();
  const [leaving, setLeaving] = useState(false);
  const because = session.now.is === 'out' ? session.now.because : 'never';
  useEffect(() => setLeaving(false), [because]);
  const logIn = () => {
    setLeaving(true);
    void session.logIn(`${pathname}${search}`).finally(() => setLeaving(false));
  };

  return (
    <PublicFrame title={text('login.title')}>
      <Paper variant="outlined" sx={{ width: 'min(420px, 100%)', p: { xs: 3, sm: 4 }, display: 'grid', gap: 2.5 }}>
        <Box>
          <Typography variant="h1">{text('login.title')}</Typography>
          <Typography variant="body2" color="textSecondary" sx={{ mt: 0.75 }}>
            {text('login.text')}
          </Typography>
        </Box>
        <Box aria-live="polite">
          {because !== 'never' && <Alert severity={because === 'logged-out' ? 'success' : 'warning'}>{text(WHY[because])}</Alert>}
        </Box>
        <Button variant="contained" size="large" onClick={logIn} loading={leaving} autoFocus>
          {text('login.action')}
        </Button>
      </Paper>
    </PublicFrame>
  );
}
