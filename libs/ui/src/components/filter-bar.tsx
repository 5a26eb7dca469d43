import FilterAltOff from '@mui/icons-material/FilterAltOff';
import SearchIcon from '@mui/icons-material/Search';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import InputAdornment from '@mui/material/InputAdornment';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type { ReactNode } from 'react';
import { useUiText } from '../messages/ui-messages.js';
import { useTyped } from './use-typed.js';

/** Filters over a list. */
export function FilterBar({ children, active, onReset }: { children: ReactNode; active: boolean; onReset: () => void }) {
  const text = useUiText();
  return (
    <Box
      role="search"
      aria-label={text('ui.filters')}
      sx={{
        display: { xs: 'grid', sm: 'flex' },
        gridTemplateColumns: '1fr 1fr',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.25,
        mb: 2,
      }}
    >
      {children}
      {active && (
        <Button color="inherit" startIcon={<FilterAltOff />} onClick={onReset}>
          {text('ui.filters.reset')}
        </Button>
      )}
    </Box>
  );
}

/** A search that asks when one has stopped typing; `hint` says what is searched. */
export function SearchField({ value, onChange, hint }: { value: string; onChange: (value: string) => void; hint?: string }) {
  const text = useUiText();
  const [typed, setTyped] = useTyped(value, onChange);
  return (
    <TextField
      type="search"
      label={text('ui.search')}
      placeholder={hint}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' }, minWidth: 0, flex: { sm: '2 1 220px' }, maxWidth: { sm: 400 } }}
      slotProps={{
        inputLabel: { shrink: true },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <SearchIcon sx={{ fontSize: 18 }} />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}

interface SelectFilterProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; label: ReactNode }[];
  /** Word for no choice. */
  all?: string;
}

/** One of several, or all. */
export function SelectFilter({ label, value, onChange, options, all }: SelectFilterProps) {
  const text = useUiText();
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <TextField
      select
      label={label}
      value={known ? value : ''}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 0, flex: { sm: '1 1 136px' }, maxWidth: { sm: 240 } }}
    >
      <MenuItem value="">{all ?? text('ui.all')}</MenuItem>
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
