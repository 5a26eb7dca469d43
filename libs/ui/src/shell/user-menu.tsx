import Logout from '@mui/icons-material/Logout';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Divider from '@mui/material/Divider';
import ListItemIcon from '@mui/material/ListItemIcon';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useUiText } from '../messages/ui-messages.js';

interface UserMenuProps {
  name: string;
  /** E-mail, roles. */
  lines: readonly string[];
  onLogOut: () => void;
}

/** Who is logged in, and the way out. */
export function UserMenu({ name, lines, onLogOut }: UserMenuProps) {
  const text = useUiText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part.slice(0, 1))
    .join('')
    .toUpperCase();
  return (
    <>
      <ButtonBase
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-label={text('ui.userMenu', { name })}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        sx={{ borderRadius: '50%', ml: 0.5 }}
      >
        {/* Drawn, not written: the button has its name already. */}
        <Box
          data-initials={initials}
          sx={({ vars }) => ({
            '&::before': { content: 'attr(data-initials)' },
            display: 'grid',
            placeItems: 'center',
            width: 32,
            height: 32,
            borderRadius: '50%',
            fontSize: '0.8125rem',
            fontWeight: 650,
            color: vars?.palette.primary.text,
            backgroundColor: vars?.palette.primary.soft,
          })}
        />
      </ButtonBase>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <Box sx={{ px: 2, py: 1, minWidth: 220 }} role="presentation">
          <Typography variant="subtitle1">{name}</Typography>
          {lines.map((line) => (
            <Typography key={line} variant="caption" color="textSecondary" component="div">
              {line}
            </Typography>
          ))}
        </Box>
        <Divider sx={{ my: 0.5 }} />
        <MenuItem onClick={onLogOut}>
          <ListItemIcon>
            <Logout fontSize="small" />
          </ListItemIcon>
          {text('ui.logOut')}
        </MenuItem>
      </Menu>
    </>
  );
}
