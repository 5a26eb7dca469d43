import Bolt from '@mui/icons-material/BoltOutlined';
import LockOpen from '@mui/icons-material/LockOpenOutlined';
import NotificationsActive from '@mui/icons-material/NotificationsActiveOutlined';
import PowerSettingsNew from '@mui/icons-material/PowerSettingsNew';
import RestartAlt from '@mui/icons-material/RestartAlt';
import type { SvgIconComponent } from '@mui/icons-material';
import type { ConsoleKey } from '../../../messages.js';

export type CommandKind = 'start' | 'unlock' | 'availability' | 'reset' | 'trigger';
type Field = 'idToken' | 'evse' | 'evseOrAll' | 'operative' | 'resetType' | 'message';

/** A command as somebody chooses it, and what it asks for. */
export interface CommandForm {
  kind: CommandKind;
  icon: SvgIconComponent;
  label: ConsoleKey;
  hint: ConsoleKey;
  title: ConsoleKey;
  fields: readonly Field[];
  danger?: boolean;
}

export const COMMAND_FORMS: readonly CommandForm[] = [
  {
    kind: 'start',
    icon: Bolt,
    label: 'command.start',
    hint: 'command.start.hint',
    title: 'command.start.title',
    fields: ['idToken', 'evseOrAll'],
  },
  {
    kind: 'unlock',
    icon: LockOpen,
    label: 'command.unlock',
    hint: 'command.unlock.hint',
    title: 'command.unlock.title',
    fields: ['evse'],
    danger: true,
  },
  {
    kind: 'availability',
    icon: PowerSettingsNew,
    label: 'command.availability',
    hint: 'command.availability.hint',
    title: 'command.availability.title',
    fields: ['evseOrAll', 'operative'],
  },
  {
    kind: 'reset',
    icon: RestartAlt,
    label: 'command.reset',
    hint: 'command.reset.hint',
    title: 'command.reset.title',
    fields: ['resetType'],
    danger: true,
  },
  {
    kind: 'trigger',
    icon: NotificationsActive,
    label: 'command.trigger',
    hint: 'command.trigger.hint',
    title: 'command.trigger.title',
    fields: ['message', 'evseOrAll'],
  },
];

/** Messages that OCPP 1.6 lets be asked for. */
export const TRIGGERED = [
  'StatusNotification',
  'MeterValues',
  'BootNotification',
  'Heartbeat',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
] as const;
