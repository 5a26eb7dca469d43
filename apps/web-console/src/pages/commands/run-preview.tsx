import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useFormat } from '@ampline/ui';
import type { CommandRunPreviewQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** What a run would do: how many stations get the command, and which do not, and why. */
export function RunPreview({ preview }: { preview: CommandRunPreviewQuery['commandRunPreview'] }) {
  const text = useText();
  const format = useFormat();
  const { stations, ready, queued, skipped } = preview;
  return (
    <Alert severity={ready + queued === 0 ? 'warning' : 'info'} data-preview>
      {text('commandRuns.preview', { count: stations, ready: format.integer(ready), queued: format.integer(queued) })}
      {skipped.length > 0 && (
        <Box component="ul" sx={{ m: 0, mt: 1, pl: 2.5 }}>
          {skipped.map((one) => (
            <li key={one.reason}>
              {text(`commandRuns.skip.${one.reason}`)}: {format.integer(one.stations)} ({one.identities.join(', ')}
              {one.stations > one.identities.length && ' …'})
            </li>
          ))}
        </Box>
      )}
    </Alert>
  );
}
