import Check from '@mui/icons-material/Check';
import DarkModeOutlined from '@mui/icons-material/DarkModeOutlined';
import LightModeOutlined from '@mui/icons-material/LightModeOutlined';
import SettingsBrightness from '@mui/icons-material/SettingsBrightness';
import Translate from '@mui/icons-material/Translate';
import IconButton from '@mui/material/IconButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import { useColorScheme } from '@mui/material/styles';
import { useState, type ReactNode } from 'react';
import { LOCALES } from '../i18n/catalogue.js';
import { LOCALE_NAMES, useLocale } from '../i18n/locale-provider.js';
import { useUiText } from '../messages/ui-messages.js';

interface Choice<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
}

/** A button that offers one of several. */
function ChoiceMenu<T extends string>({
  label,
  icon,
  value,
  choices,
  onChoose,
}: {
  label: string;
  icon: ReactNode;
  value: T;
  choices: readonly Choice<T>[];
  onChoose: (value: T) => void;
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          onClick={(event) => setAnchor(event.currentTarget)}
          aria-label={label}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
        >
          {icon}
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {choices.map((choice) => (
          <MenuItem
            key={choice.value}
            role="menuitemradio"
            aria-checked={choice.value === value}
            selected={choice.value === value}
            onClick={() => {
              onChoose(choice.value);
              setAnchor(null);
            }}
          >
            <ListItemIcon>{choice.icon ?? (choice.value === value ? <Check fontSize="small" /> : null)}</ListItemIcon>
            {choice.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

export function LanguageMenu() {
  const text = useUiText();
  const { locale, choose } = useLocale();
  const choices = LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }));
  return (
    <ChoiceMenu label={text('ui.language')} icon={<Translate fontSize="small" />} value={locale} choices={choices} onChoose={choose} />
  );
}

export function SchemeMenu() {
  const text = useUiText();
  const { mode = 'system', setMode, colorScheme } = useColorScheme();
  return (
    <ChoiceMenu
      label={text('ui.scheme')}
      icon={colorScheme === 'dark' ? <DarkModeOutlined fontSize="small" /> : <LightModeOutlined fontSize="small" />}
      value={mode}
      choices={[
        { value: 'light', label: text('ui.scheme.light'), icon: <LightModeOutlined fontSize="small" /> },
        { value: 'dark', label: text('ui.scheme.dark'), icon: <DarkModeOutlined fontSize="small" /> },
        { value: 'system', label: text('ui.scheme.system'), icon: <SettingsBrightness fontSize="small" /> },
      ]}
      onChoose={setMode}
    />
  );
}
