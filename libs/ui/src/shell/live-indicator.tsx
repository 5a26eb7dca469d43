import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { keyframes } from '@mui/material/styles';
import { useUiText } from '../messages/ui-messages.js';
import { usePlatform } from '../live/live-provider.js';

const breathe = keyframes`0%, 100% { opacity: 1 } 50% { opacity: 0.4 }`;

/** Whether what is on the screen follows what happens: a full dot while it does, a ring while not. */
export function LiveIndicator() {
  const text = useUiText();
  const { connection, platform } = usePlatform();
  const live = connection.connected && platform?.live !== false;
  return (
    <Tooltip title={text(live ? 'ui.live.hint' : 'ui.live.lostHint')}>
      <Box
        role="status"
        data-live={live}
        sx={({ vars }) => ({
          display: 'inline-flex',
          alignItems: 'center',
          gap: 0.75,
          px: 1.25,
          height: 28,
          borderRadius: 99,
          fontSize: '0.8125rem',
          fontWeight: 580,
          whiteSpace: 'nowrap',
          color: vars?.palette.tone[live ? 'ok' : 'notice'].text,
          backgroundColor: vars?.palette.tone[live ? 'ok' : 'notice'].soft,
        })}
      >
        <Box
          aria-hidden
          sx={({ vars }) => ({
            width: 8,
            height: 8,
            borderRadius: '50%',
            border: `2px solid ${vars?.palette.tone[live ? 'ok' : 'notice'].mark}`,
            backgroundColor: live ? vars?.palette.tone.ok.mark : 'transparent',
            animation: live ? `${breathe} 2.4s ease-in-out infinite` : 'none',
          })}
        />
        {text(live ? 'ui.live' : 'ui.live.lost')}
      </Box>
    </Tooltip>
  );
}
