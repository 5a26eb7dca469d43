import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { useMemo, type ReactNode } from 'react';
import type { BrandLook } from './brand-colours.js';
import { createBrandTheme } from './theme.js';

/** Dresses everything below in a brand. Light, dark or as the system says: kept in the browser, changed by `useColorScheme`. */
export function BrandProvider({ brand, children }: { brand: BrandLook; children: ReactNode }) {
  const { name, primaryColor, accentColor } = brand;
  const theme = useMemo(() => createBrandTheme({ name, primaryColor, accentColor }), [name, primaryColor, accentColor]);
  return (
    <ThemeProvider theme={theme} defaultMode="system" modeStorageKey="ampline-scheme" disableTransitionOnChange noSsr>
      <CssBaseline enableColorScheme />
      {children}
    </ThemeProvider>
  );
}
