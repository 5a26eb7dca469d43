import Box from '@mui/material/Box';
import { Mono } from '@ampline/ui';
import type { SettingShownFragment } from '../../generated/graphql.js';

/** What is reported, and what is desired instead. */
export function DriftedValue({ setting: { value, desired } }: { setting: Pick<SettingShownFragment, 'value' | 'desired'> }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 0.75 }}>
      <Mono>{value || '–'}</Mono> → <Mono>{desired || '–'}</Mono>
    </Box>
  );
}
