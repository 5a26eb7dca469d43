import Bolt from '@mui/icons-material/BoltOutlined';
import Code from '@mui/icons-material/Code';
import LockOpen from '@mui/icons-material/LockOpenOutlined';
import NotificationsActive from '@mui/icons-material/NotificationsActiveOutlined';
import PowerSettingsNew from '@mui/icons-material/PowerSettingsNew';
import RestartAlt from '@mui/icons-material/RestartAlt';
import type { SvgIconComponent } from '@mui/icons-material';
import type { ConsoleKey } from '../../../messages.js';

export type CommandKind = 'start' | 'unlock' | 'availability' | 'reset' | 'trigger' | 'call';
type Field = 'idToken' | 'evse' | 'evseOrAll' | 'operative' | 'resetType' | 'message' | 'call';

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
  { kind: 'call', icon: Code, label: 'command.call', hint: 'command.call.hint', title: 'command.call.title', fields: ['call'] },
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

/** Calls of OCPP 1.6 to a station that have no form of their own, each with a payload to begin with. */
export const CALLS: Readonly<Record<string, unknown>> = {
  CancelReservation: { reservationId: 1 },
  ClearCache: {},
  ClearChargingProfile: {},
  DataTransfer: { vendorId: '', messageId: '', data: '' },
  GetCompositeSchedule: { connectorId: 1, duration: 3600 },
  GetConfiguration: { key: [] },
  GetDiagnostics: { location: 'https://' },
  GetLocalListVersion: {},
  ReserveNow: { connectorId: 1, expiryDate: '2030-01-01T00:00:00Z', idTag: '', reservationId: 1 },
  SendLocalList: { listVersion: 1, updateType: 'Full', localAuthorizationList: [] },
  SetChargingProfile: {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000 }] },
    },
  },
  UpdateFirmware: { location: 'https://', retrieveDate: '2030-01-01T00:00:00Z' },
};
