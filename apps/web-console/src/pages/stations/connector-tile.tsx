import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { StatusIcon, toneOf, useFormat, useUiText } from '@ampline/ui';
import type { ConnectorStatus } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

interface ConnectorTileProps {
  evse: { number: number; connectors: readonly unknown[] };
  connector: { number: number; status: ConnectorStatus; errorCode: string; type: string; maxPowerW: number };
  /** Of a station that is away nobody knows what its connectors do. */
  online: boolean;
}

/** One connector in the colour and shape of its state. */
export function ConnectorTile({ evse, connector, online }: ConnectorTileProps) {
  const text = useText();
  const uiText = useUiText();
  const format = useFormat();
  const tone = online ? toneOf(connector.status) : 'idle';
  const number = evse.connectors.length > 1 ? `${evse.number}.${connector.number}` : String(evse.number);
  const status = uiText(`ui.status.${connector.status}`);
  const fault = connector.status === 'FAULTED' && connector.errorCode !== 'NoError' ? connector.errorCode : undefined;
  const plug = `${text('connector.type', { type: connector.type })} ${format.power(connector.maxPowerW)}`;
  const title = online ? status : uiText('ui.status.OFFLINE');
  const hint = `${text('connector.number', { number })} · ${online ? (fault ?? plug) : text('connector.lastKnown', { status })}`;
  return (
    <Box
      sx={({ vars }) => ({
        minWidth: 0,
        px: 1.25,
        py: 1,
        borderRadius: 1,
        border: `1px solid ${vars?.palette.tone[tone].edge}`,
        backgroundColor: vars?.palette.tone[tone].soft,
        color: vars?.palette.tone[tone].text,
        transition: 'background-color 200ms, border-color 200ms',
      })}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
        <StatusIcon status={online ? connector.status : 'UNKNOWN'} size={16} />
        <Typography variant="subtitle2" component="span" color="inherit" noWrap title={title}>
          {title}
        </Typography>
      </Box>
      <Typography variant="caption" component="div" color="inherit" noWrap title={hint} sx={{ fontSize: '0.75rem' }}>
        {hint}
      </Typography>
    </Box>
  );
}
