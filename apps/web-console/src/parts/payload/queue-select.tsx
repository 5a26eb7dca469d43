import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useText } from '../../messages.js';

/** Hours that a command may wait for its station; 0: it does not wait. */
const HOURS = [0, 1, 24, 168, 720] as const;
export type QueueHours = (typeof HOURS)[number];

const HOUR_MS = 3_600_000;
/** The API takes at most 30 days from when it is asked. */
const MARGIN_MS = 60_000;

/** Until when, as the API takes it. */
export function queueUntil(hours: QueueHours): string | null {
  return hours === 0 ? null : new Date(Date.now() + hours * HOUR_MS - MARGIN_MS).toISOString();
}

/** How long a command waits for a station that is away. */
export function QueueSelect({ hours, onChange }: { hours: QueueHours; onChange: (hours: QueueHours) => void }) {
  const text = useText();
  return (
    <TextField
      select
      label={text('payload.queue')}
      value={hours}
      onChange={(event) => onChange(Number(event.target.value) as QueueHours)}
      helperText={hours === 0 ? undefined : text('payload.queueHint')}
      fullWidth
    >
      {HOURS.map((value) => (
        <MenuItem key={value} value={value}>
          {text(`payload.queue.${value}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}
