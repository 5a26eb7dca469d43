import Block from '@mui/icons-material/Block';
import Bolt from '@mui/icons-material/Bolt';
import CheckCircle from '@mui/icons-material/CheckCircle';
import Cancel from '@mui/icons-material/Cancel';
import CloudOff from '@mui/icons-material/CloudOff';
import HelpOutline from '@mui/icons-material/HelpOutlined';
import HourglassBottom from '@mui/icons-material/HourglassBottom';
import PauseCircle from '@mui/icons-material/PauseCircle';
import RadioButtonUnchecked from '@mui/icons-material/RadioButtonUnchecked';
import WarningAmber from '@mui/icons-material/WarningAmber';
import type { SvgIconComponent } from '@mui/icons-material';
import Box from '@mui/material/Box';
import { useUiText, type UiKey } from '../messages/ui-messages.js';
import type { Tone } from '../theme/status-colours.js';

type Look = readonly [Tone, SvgIconComponent];

/** Every state that a chip can show: what it means, and its shape. */
const LOOKS = {
  AVAILABLE: ['ok', RadioButtonUnchecked],
  PREPARING: ['active', HourglassBottom],
  CHARGING: ['active', Bolt],
  SUSPENDED_EV: ['notice', PauseCircle],
  SUSPENDED_EVSE: ['notice', PauseCircle],
  FINISHING: ['active', HourglassBottom],
  RESERVED: ['idle', HourglassBottom],
  UNAVAILABLE: ['idle', Block],
  FAULTED: ['bad', WarningAmber],
  UNKNOWN: ['idle', HelpOutline],
  ONLINE: ['ok', CheckCircle],
  OFFLINE: ['bad', CloudOff],
  PENDING: ['notice', HourglassBottom],
  ACCEPTED: ['ok', CheckCircle],
  REJECTED: ['bad', Cancel],
  ACTIVE: ['ok', CheckCircle],
  RUNNING: ['active', Bolt],
  COMPLETED: ['idle', CheckCircle],
  INVALID: ['bad', WarningAmber],
  ANSWERED: ['ok', CheckCircle],
  REFUSED_BY_STATION: ['bad', Cancel],
  STATION_OFFLINE: ['bad', CloudOff],
  TIMEOUT: ['notice', HourglassBottom],
  NOT_SENT: ['bad', Block],
  QUEUED: ['notice', HourglassBottom],
  CANCELLED: ['idle', Cancel],
  OPEN: ['notice', WarningAmber],
  RESOLVED: ['ok', CheckCircle],
  BLOCKED: ['bad', Block],
  REMOVED: ['idle', Cancel],
  INVITED: ['active', HourglassBottom],
  DISABLED: ['idle', Block],
  DELETED: ['idle', Cancel],
  EXPIRED: ['idle', HourglassBottom],
  REVOKED: ['idle', Cancel],
  DRAFT: ['idle', RadioButtonUnchecked],
  UNDER_WAY: ['active', HourglassBottom],
  PAUSED: ['notice', PauseCircle],
  ABORTED: ['bad', Cancel],
  WAITING: ['idle', HourglassBottom],
  SENDING: ['active', HourglassBottom],
  COMMAND_ACCEPTED: ['active', HourglassBottom],
  DOWNLOADING: ['active', HourglassBottom],
  DOWNLOADED: ['active', HourglassBottom],
  INSTALLING: ['active', HourglassBottom],
  INSTALLED: ['active', HourglassBottom],
  UPDATED: ['ok', CheckCircle],
  FAILED: ['bad', WarningAmber],
  SKIPPED: ['notice', Block],
  REQUESTED: ['active', HourglassBottom],
  UPLOADING: ['active', HourglassBottom],
  ARRIVED: ['ok', CheckCircle],
  RETIRED: ['idle', Block],
  VERIFIED: ['ok', CheckCircle],
  UNVERIFIABLE: ['notice', HelpOutline],
  WRONG: ['bad', Cancel],
} as const satisfies Record<string, Look>;

export type Status = keyof typeof LOOKS;

/** What a state means to whoever is responsible. */
export function toneOf(status: Status): Tone {
  return LOOKS[status][0];
}

/** The shape of a state. */
export function StatusIcon({ status, size = 16 }: { status: Status; size?: number }) {
  const [tone, Icon] = LOOKS[status];
  return <Icon aria-hidden sx={({ vars }) => ({ fontSize: size, color: vars?.palette.tone[tone].mark })} />;
}

/** A state in words, shape and colour. `label` where the field has a better word for it. */
export function StatusChip({ status, label }: { status: Status; label?: string }) {
  const text = useUiText();
  const tone = toneOf(status);
  const key: UiKey = `ui.status.${status}`;
  return (
    <Box
      component="span"
      sx={({ vars }) => ({
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.625,
        maxWidth: '100%',
        px: 0.875,
        py: '2px',
        borderRadius: 99,
        fontSize: '0.8125rem',
        lineHeight: 1.4,
        fontWeight: 560,
        whiteSpace: 'nowrap',
        color: vars?.palette.tone[tone].text,
        backgroundColor: vars?.palette.tone[tone].soft,
      })}
    >
      <StatusIcon status={status} size={14} />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {label ?? text(key)}
      </Box>
    </Box>
  );
}
