import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { JsonView } from '@ampline/ui';
import type { StationCommandFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { verdictOf } from './verdict.js';

/** What became of a command, in a sentence; and the answer itself where it says more than its status. */
export function CommandResult({ command }: { command: StationCommandFragment }) {
  const text = useText();
  const { severity, key } = verdictOf(command);
  const { stationIdentity: station, responseStatus, errorCode, errorDescription, response } = command;
  const says = typeof response === 'object' && response !== null && Object.keys(response).some((name) => name !== 'status');
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Alert severity={severity} data-verdict={command.outcome}>
        {text(key, { station, status: responseStatus, error: [errorCode, errorDescription].filter(Boolean).join(': ') || '–' })}
      </Alert>
      {says && <JsonView value={response} label={text('command.answer')} />}
    </Box>
  );
}
