import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useEffect, useState } from 'react';
import { useText } from '../messages.js';

/** One of many things that are found by searching. */
export interface Choice {
  id: string;
  label: string;
  /** What tells it from others of the same name. */
  hint?: string | undefined;
}

interface AsyncChoiceProps {
  label: string;
  value: Choice | null;
  onChange: (value: Choice | null) => void;
  /** Found for the text that was typed. */
  options: readonly Choice[];
  loading: boolean;
  onSearch: (text: string) => void;
  fullWidth?: boolean;
  hint?: string;
  error?: boolean;
  /** What none chosen means; default: all. */
  placeholder?: string;
}

const SETTLED_MS = 250;

export function AsyncChoice({
  label,
  value,
  onChange,
  options,
  loading,
  onSearch,
  fullWidth = false,
  hint,
  error = false,
  placeholder,
}: AsyncChoiceProps) {
  const text = useText();
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => onSearch(typed.trim()), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed, onSearch]);
  return (
    <Autocomplete<Choice>
      size="small"
      fullWidth={fullWidth}
      value={value}
      onChange={(_event, chosen) => onChange(chosen)}
      onInputChange={(_event, input, reason) => setTyped(reason === 'input' ? input : '')}
      options={[...options]}
      filterOptions={(found) => found}
      getOptionLabel={(option) => option.label}
      getOptionKey={(option) => option.id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      loading={loading}
      loadingText={text('parts.searching')}
      noOptionsText={text('parts.nothingFound')}
      openText={text('parts.open')}
      closeText={text('parts.close')}
      clearText={text('parts.clear')}
      sx={fullWidth ? undefined : { width: { sm: 200 } }}
      renderOption={({ key, ...props }, option) => (
        <li key={key} {...props}>
          <span style={{ minWidth: 0 }}>
            {option.label}
            {option.hint !== undefined && <small style={{ display: 'block', opacity: 0.75 }}>{option.hint}</small>}
          </span>
        </li>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          helperText={hint}
          fullWidth
          error={error}
          slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps?.inputLabel, shrink: true } }}
          placeholder={placeholder ?? text('parts.all')}
        />
      )}
    />
  );
}
