import KeyboardDoubleArrowLeft from '@mui/icons-material/KeyboardDoubleArrowLeft';
import KeyboardDoubleArrowRight from '@mui/icons-material/KeyboardDoubleArrowRight';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useUiText } from '../messages/ui-messages.js';
import { TOP_BAR_HEIGHT } from '../theme/theme.js';
import type { NavGroup, NavItem } from './navigation.js';

export const NAV_WIDTH = 236;
export const NAV_WIDTH_COLLAPSED = 64;

interface SideNavProps {
  brand: { name: string; logoUrl?: string | null };
  groups: readonly NavGroup[];
  collapsed?: boolean;
  /** Absent in a drawer, which closes instead. */
  onCollapse?: () => void;
}

/** Navigation at the side of every page. */
export function SideNav({ brand, groups, collapsed = false, onCollapse }: SideNavProps) {
  const text = useUiText();
  const { pathname } = useLocation();
  const entries = useRef<HTMLDivElement>(null);
  // Where one is stays in sight, also on a low screen.
  useEffect(() => {
    entries.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, [pathname]);
  const toggle = text(collapsed ? 'ui.nav.expand' : 'ui.nav.collapse');
  return (
    <Box component="nav" aria-label={text('ui.nav')} sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <BrandMark {...brand} collapsed={collapsed} />
      <Box ref={entries} sx={{ flex: 1, overflowY: 'auto', px: 1.25, py: 1 }}>
        {groups.map(({ label, items }, index) => (
          <Box key={label ?? index} sx={{ mb: 1.25 }}>
            {label !== undefined && (
              <Typography
                variant="overline"
                component="h2"
                color="textSecondary"
                noWrap
                sx={{ display: 'block', px: 1.25, pb: 0.5, visibility: collapsed ? 'hidden' : 'visible' }}
              >
                {label}
              </Typography>
            )}
            <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: '1px' }}>
              {items.map((item) => (
                <li key={item.to}>
                  <NavEntry {...item} collapsed={collapsed} />
                </li>
              ))}
            </Box>
          </Box>
        ))}
      </Box>
      {onCollapse !== undefined && (
        <Box sx={{ p: 1.25, display: 'flex', justifyContent: collapsed ? 'center' : 'flex-end' }}>
          <Tooltip title={toggle} placement="right">
            <IconButton onClick={onCollapse} aria-label={toggle} aria-expanded={!collapsed} size="small">
              {collapsed ? <KeyboardDoubleArrowRight fontSize="small" /> : <KeyboardDoubleArrowLeft fontSize="small" />}
            </IconButton>
          </Tooltip>
        </Box>
      )}
    </Box>
  );
}

function NavEntry({ to, label, icon: Icon, count, collapsed }: NavItem & { collapsed: boolean }) {
  const entry = (
    <ButtonBase
      component={NavLink}
      to={to}
      end={to === '/'}
      aria-label={collapsed ? label : undefined}
      sx={({ vars }) => ({
        width: '100%',
        height: 32,
        px: 1.25,
        gap: 1.25,
        justifyContent: collapsed ? 'center' : 'flex-start',
        borderRadius: 1,
        color: 'text.secondary',
        fontSize: '0.875rem',
        fontWeight: 530,
        '&:hover': { backgroundColor: 'action.hover', color: 'text.primary' },
        '&.active': { color: vars?.palette.primary.text, backgroundColor: vars?.palette.primary.soft, fontWeight: 620 },
      })}
    >
      <Icon sx={{ fontSize: 19, flexShrink: 0 }} />
      {!collapsed && (
        <Box component="span" sx={{ flex: 1, textAlign: 'start', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {label}
        </Box>
      )}
      {!collapsed && count !== undefined && count > 0 && (
        <Box
          component="span"
          sx={({ vars }) => ({
            px: 0.75,
            minWidth: 20,
            textAlign: 'center',
            borderRadius: 99,
            fontSize: '0.75rem',
            fontWeight: 650,
            fontVariantNumeric: 'tabular-nums',
            color: vars?.palette.tone.notice.text,
            backgroundColor: vars?.palette.tone.notice.soft,
          })}
        >
          {count}
        </Box>
      )}
    </ButtonBase>
  );
  return collapsed ? (
    <Tooltip title={label} placement="right">
      {entry}
    </Tooltip>
  ) : (
    entry
  );
}

/** The logo of the brand, or its initial in its colour. */
export function BrandMark({ name, logoUrl, collapsed = false }: { name: string; logoUrl?: string | null; collapsed?: boolean }) {
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1.25,
        px: collapsed ? 0 : 2,
        justifyContent: collapsed ? 'center' : 'flex-start',
        height: TOP_BAR_HEIGHT,
        flexShrink: 0,
      }}
    >
      {logoUrl ? (
        <Box component="img" src={logoUrl} alt="" sx={{ width: 30, height: 30, objectFit: 'contain' }} />
      ) : (
        <Box
          aria-hidden
          sx={{
            display: 'grid',
            placeItems: 'center',
            width: 30,
            height: 30,
            borderRadius: '9px',
            fontWeight: 700,
            color: 'primary.contrastText',
            backgroundColor: 'primary.main',
          }}
        >
          {name.slice(0, 1).toUpperCase()}
        </Box>
      )}
      {!collapsed && (
        <Typography component="span" noWrap sx={{ fontWeight: 680, fontSize: '1rem', letterSpacing: '-0.02em' }}>
          {name}
        </Typography>
      )}
    </Box>
  );
}
