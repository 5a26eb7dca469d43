import TextField from '@mui/material/TextField';
import { useTyped } from '@ampline/ui';

interface TextFilterProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  width?: number;
}

/** A filter by a text that is known, such as an id token; asks when one has stopped typing. */
export function TextFilter({ label, value, onChange, width = 150 }: TextFilterProps) {
  const [typed, setTyped] = useTyped(value, onChange);
  return (
    <TextField
      label={label}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { sm: width } }}
    />
  );
}

/** A filter by a day. */
export function DateFilter({ label, value, onChange }: Omit<TextFilterProps, 'width'>) {
  return (
    <TextField
      type="date"
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { sm: 150 } }}
    />
  );
}
