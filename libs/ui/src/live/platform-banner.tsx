import CloudOff from '@mui/icons-material/CloudOff';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useFormat } from '../format/use-format.js';
import { uiMessages, useUiText, type UiKey } from '../messages/ui-messages.js';
import { usePlatform } from './live-provider.js';

/** Says at the foot of every page what of the platform is away, since when, and what that means; nothing moves when it comes. Nothing while all is
 * well. */
export function PlatformBanner() {
  const { connection, platform } = usePlatform();
  const text = useUiText();
  const format = useFormat();

  if (!connection.connected) {
    const since = format.time(new Date(connection.since));
    return <Banner title={text('ui.banner.socket')}>{text('ui.banner.socketText', { since })}</Banner>;
  }
  if (platform === undefined) return <Banner />;
  if (!platform.live) {
    return <Banner title={text('ui.banner.bus')}>{text('ui.banner.busText', { since: format.time(platform.at) })}</Banner>;
  }
  const away = platform.services.filter(({ state }) => state !== 'UP');
  if (away.length === 0) return <Banner />;
  const named = away.map(({ name, state, since }) => {
    const key = `ui.service.${name}`;
    const service = isKey(key) ? text(key) : name;
    return text('ui.banner.service', {
      service,
      state: text(state === 'DOWN' ? 'ui.service.DOWN' : 'ui.service.DEGRADED'),
      since: format.time(since),
    });
  });
  return (
    <Banner title={text('ui.banner.services', { count: away.length })}>
      {named.join(' ')} {text('ui.banner.outOfDate')}
    </Banner>
  );
}

function isKey(key: string): key is UiKey {
  return key in uiMessages.en;
}

/** The region stays when it is empty, so that a screen reader hears what comes into it. */
function Banner({ title, children }: { title?: string; children?: ReactNode }) {
  return (
    <Box role="status" aria-live="polite" sx={{ position: 'sticky', insetBlockEnd: 0, zIndex: 'appBar' }}>
      {title !== undefined && (
        <Box
          sx={({ vars }) => ({
            display: 'flex',
            gap: 1.25,
            alignItems: 'flex-start',
            px: { xs: 2, md: 3 },
            py: 1.25,
            color: vars?.palette.tone.notice.text,
            backgroundColor: vars?.palette.tone.notice.soft,
            borderBlockStart: `1px solid ${vars?.palette.tone.notice.edge}`,
          })}
        >
          <CloudOff sx={{ fontSize: 18, mt: '2px' }} />
          <Typography variant="body2" color="inherit">
            <strong>{title}.</strong> {children}
          </Typography>
        </Box>
      )}
    </Box>
  );
}
