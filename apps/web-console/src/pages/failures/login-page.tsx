import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { BrandMark, LanguageMenu, SchemeMenu, useSession } from '@ampline/ui';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { useBrand } from '../../app/brand.js';
import { useText, type ConsoleKey } from '../../messages.js';

const WHY: Readonly<Record<'logged-out' | 'expired' | 'provider-away', ConsoleKey>> = {
  'logged-out': 'login.loggedOut',
  expired: 'login.expired',
  'provider-away': 'login.providerAway',
};

/** Shown at whatever page one wants to see; the log-in leads back to it. */
export function LoginPage() {
  const text = useText();
  const brand = useBrand();
  const session = useSession();
  const { pathname, search } = useLocation();
  const [leaving, setLeaving] = useState(false);
  const because = session.now.is === 'out' ? session.now.because : 'never';
  useEffect(() => {
    document.title = `${text('login.title')} · ${brand.name}`;
  }, [text, brand.name]);
  useEffect(() => setLeaving(false), [because]);
  const logIn = () => {
    setLeaving(true);
    void session.logIn(`${pathname}${search}`).finally(() => setLeaving(false));
  };

  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      <Box component="header" sx={{ display: 'flex', alignItems: 'center', px: { xs: 0.5, sm: 2 }, py: 1 }}>
        <Box sx={{ flex: 1 }}>
          <BrandMark name={brand.name} logoUrl={brand.logoUrl ?? null} />
        </Box>
        <LanguageMenu />
        <SchemeMenu />
      </Box>
      <Box component="main" sx={{ flex: 1, display: 'grid', placeItems: 'center', px: 2, pb: 12 }}>
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
      </Box>
      <Box
        component="footer"
        sx={{ display: 'flex', gap: 2.5, justifyContent: 'center', flexWrap: 'wrap', p: 2, fontSize: '0.8125rem', color: 'text.secondary' }}
      >
        {brand.supportEmail && <Link href={`mailto:${brand.supportEmail}`}>{text('login.support', { contact: brand.supportEmail })}</Link>}
        {brand.imprintUrl && <Link href={brand.imprintUrl}>{text('login.imprint')}</Link>}
        {brand.privacyUrl && <Link href={brand.privacyUrl}>{text('login.privacy')}</Link>}
      </Box>
    </Box>
  );
}
