import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { Breadcrumbs, type Crumb } from './breadcrumbs.js';

interface PageHeaderProps {
  title: string;
  /** Beside the title: a state, say. */
  badge?: ReactNode;
  subtitle?: ReactNode;
  /** Where the page is, from the outermost inwards, without itself. */
  crumbs?: readonly Crumb[];
  actions?: ReactNode;
}

/**
 * Heading of a page: names it in the window's title, and takes the focus after a change of page, so that whoever works by keyboard or
 * screen reader begins at the top.
 */
export function PageHeader({ title, badge, subtitle, crumbs = [], actions }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname, state } = useLocation();
  const keepFocus = typeof state === 'object' && state !== null && 'keepFocus' in state;

  useEffect(() => {
    document.title = `${title} · ${document.documentElement.dataset['brand'] ?? 'Ampline'}`;
  }, [title]);
  useEffect(() => {
    if (!keepFocus) heading.current?.focus({ preventScroll: true });
  }, [pathname, keepFocus]);

  return (
    <Box component="header" sx={{ mb: 2.5 }}>
      <Breadcrumbs crumbs={crumbs} />
      <Stack direction="row" sx={{ alignItems: 'flex-start', justifyContent: 'space-between', flexWrap: 'wrap', gap: 1.5, minHeight: 40 }}>
        <Box sx={{ minWidth: 0 }}>
          <Stack direction="row" sx={{ alignItems: 'center', gap: 1.5, flexWrap: 'wrap' }}>
            <Typography variant="h1" ref={heading} tabIndex={-1} sx={{ overflowWrap: 'anywhere' }}>
              {title}
            </Typography>
            {badge}
          </Stack>
          {subtitle !== undefined && (
            <Typography variant="body2" color="textSecondary" component="div" sx={{ mt: 0.25 }}>
              {subtitle}
            </Typography>
          )}
        </Box>
        {actions !== undefined && (
          <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
            {actions}
          </Stack>
        )}
      </Stack>
    </Box>
  );
}
