import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Mono, StatusChip } from '@ampline/ui';
import type { SettingShownFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';

/** What is desired of a setting, by whom, and whether the station has it. `template`: name of the one that decides it. */
export function SettingState({ setting, template }: { setting: SettingShownFragment; template: string | undefined }) {
  const text = useText();
  const { desired, drifted, status } = setting;
  if (typeof desired !== 'string') return null;
  const known = status === 'ACCEPTED' && !drifted;
  return (
    <Box sx={{ display: 'grid', gap: 0.25, justifyItems: 'start', whiteSpace: 'normal' }}>
      <Mono>{desired || '–'}</Mono>
      {drifted && <StatusChip status="OPEN" label={text('configuration.drifted')} />}
      <Typography variant="caption" color="textSecondary">
        {template ?? text('configuration.builtIn')}
        {!known && status && ` · ${text(`configuration.status.${status}`)}`}
      </Typography>
    </Box>
  );
}
