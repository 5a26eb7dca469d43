import MenuIcon from '@mui/icons-material/Menu';
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { PlatformBanner } from '../live/platform-banner.js';
import { useUiText } from '../messages/ui-messages.js';
import { TOP_BAR_HEIGHT } from '../theme/theme.js';
import { LiveIndicator } from './live-indicator.js';
import type { NavGroup } from './navigation.js';
import { LanguageMenu, SchemeMenu } from './preferences-menu.js';
import { NAV_WIDTH, NAV_WIDTH_COLLAPSED, SideNav } from './side-nav.js';
import { UserMenu } from './user-menu.js';

interface AppShellProps {
  brand: { name: string; logoUrl?: string | null };
  /** Whose data one sees. */
  tenant: string;
  groups: readonly NavGroup[];
  user: { name: string; lines: readonly string[] };
  onLogOut: () => void;
  children: ReactNode;
}

const STORED = 'ampline-nav-collapsed';

/** What surrounds every page: navigation, top bar, state of the platform. */
export function AppShell({ brand, tenant, groups, user, onLogOut, children }: AppShellProps) {
  const text = useUiText();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(STORED) === 'true');
  const width = collapsed ? NAV_WIDTH_COLLAPSED : NAV_WIDTH;
  useEffect(() => setOpen(false), [pathname]);
  const collapse = () => {
    localStorage.setItem(STORED, String(!collapsed));
    setCollapsed(!collapsed);
  };

  return (
    <Box sx={{ display: 'flex', minHeight: '100dvh' }}>
      <SkipLink />
      <Box
        sx={({ vars }) => ({
          display: { xs: 'none', md: 'block' },
          position: 'sticky',
          top: 0,
          flexShrink: 0,
          width,
          height: '100dvh',
          borderInlineEnd: `1px solid ${vars?.palette.divider}`,
          backgroundColor: 'background.paper',
        })}
      >
        <SideNav brand={brand} groups={groups} collapsed={collapsed} onCollapse={collapse} />
      </Box>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        sx={{ display: { md: 'none' } }}
        slotProps={{ paper: { sx: { width: 'min(300px, 86vw)' } } }}
      >
        <SideNav brand={brand} groups={groups} />
      </Drawer>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <Box
          component="header"
          sx={({ vars }) => ({
            position: 'sticky',
            top: 0,
            zIndex: 'appBar',
            display: 'flex',
            alignItems: 'center',
            gap: 0.5,
            px: { xs: 1, md: 3 },
            height: TOP_BAR_HEIGHT,
            flexShrink: 0,
            borderBlockEnd: `1px solid ${vars?.palette.divider}`,
            backgroundColor: 'background.paper',
          })}
        >
          <IconButton onClick={() => setOpen(true)} aria-label={text('ui.nav.open')} sx={{ display: { md: 'none' } }}>
            <MenuIcon />
          </IconButton>
          <Typography variant="subtitle1" component="p" noWrap sx={{ flex: 1, minWidth: 0, fontWeight: 600 }}>
            {tenant}
          </Typography>
          <LiveIndicator />
          <LanguageMenu />
          <SchemeMenu />
          <UserMenu {...user} onLogOut={onLogOut} />
        </Box>
        <Box
          component="main"
          id="content"
          tabIndex={-1}
          sx={{ flex: 1, px: { xs: 2, md: 3 }, py: { xs: 2, md: 2.5 }, width: '100%', maxWidth: 1680, outline: 'none' }}
        >
          {children}
        </Box>
        <PlatformBanner />
      </Box>
    </Box>
  );
}

function SkipLink() {
  const text = useUiText();
  return (
    <Box
      component="a"
      href="#content"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}
      sx={({ vars }) => ({
        position: 'fixed',
        zIndex: 'tooltip',
        insetBlockStart: 8,
        insetInlineStart: 8,
        px: 2,
        py: 1,
        borderRadius: 1,
        fontWeight: 600,
        color: vars?.palette.primary.contrastText,
        backgroundColor: vars?.palette.primary.main,
        transform: 'translateY(-200%)',
        '&:focus': { transform: 'none' },
      })}
    >
      {text('ui.skip')}
    </Box>
  );
}
