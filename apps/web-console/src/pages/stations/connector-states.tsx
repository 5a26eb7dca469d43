import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { StatusIcon, useUiText } from '@ampline/ui';
import type { StationRowFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** The connectors of a station, one shape each. */
export function ConnectorStates({ evses }: Pick<StationRowFragment, 'evses'>) {
  const text = useText();
  const uiText = useUiText();
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 0.75, verticalAlign: 'middle' }}>
      {evses.flatMap(({ number, connectors }) =>
        connectors.map(({ id, status }) => {
          const label = text('stations.connector', { number, status: uiText(`ui.status.${status}`) });
          return (
            <Tooltip key={id} title={label}>
              <Box component="span" role="img" aria-label={label} sx={{ display: 'inline-grid' }}>
                <StatusIcon status={status} size={18} />
              </Box>
            </Tooltip>
          );
        }),
      )}
    </Box>
  );
}
