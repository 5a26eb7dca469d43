import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { BrandMark, LanguageMenu, SchemeMenu } from '@ampline/ui';
import { useEffect, type ReactNode } from 'react';
import { useText } from '../messages.js';
import { useBrand } from './brand.js';

/** Around pages that nobody has to be logged in for: the brand, language and appearance, where to ask. */
export function PublicFrame({ title, children }: { title: string; children: ReactNode }) {
  const text = useText();
  const brand = useBrand();
  useEffect(() => {
    document.title = `${title} · ${brand.name}`;
  }, [title, brand.name]);
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      <Box component="header" sx={{ display: 'flex', alignItems: 'center', px: { xs: 0.5, sm: 2 }, py: 1 }}>
        <Box sx={{ flex: 1 }}>
          <BrandMark name={brand.name} logoUrl={brand.logoUrl ?? null} />
        </Box>
        <LanguageMenu />
        <SchemeMenu />
      </Box>
      <Box component="main" sx={{ flex: 1, display: 'grid', placeItems: 'start center', px: 2, pt: { xs: 2, sm: '10vh' }, pb: 6 }}>
        {children}
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
