import type { ActionAdmission } from '../rpc/station-machine.types.js';

/** Who may send the request. */
export type ActionDirection = 'from-station' | 'to-station' | 'both';

/** Feature profiles of OCPP 1.6 §3.2; `Security` stands for the messages the security whitepaper added. */
export type FeatureProfile =
  'Core' | 'FirmwareManagement' | 'LocalAuthListManagement' | 'Reservation' | 'SmartCharging' | 'RemoteTrigger' | 'Security';

export interface ActionEntry {
  readonly direction: ActionDirection;
  readonly profile: FeatureProfile;
  /** The request carries a fact that would be lost with it: accepted with deviations rather than refused. */
  readonly carriesFact?: true;
  /** "Transaction-related message" of OCPP 1.6 §3.7: queued by an offline station, and dropped by it after too many failures. */
  readonly transactionRelated?: true;
}

/** Every action of OCPP 1.6 (28) and of the 1.6 security whitepaper (11). */
export const OCPP16_ACTIONS = {
  Authorize: { direction: 'from-station', profile: 'Core' },
  BootNotification: { direction: 'from-station', profile: 'Core', carriesFact: true },
  ChangeAvailability: { direction: 'to-station', profile: 'Core' },
  ChangeConfiguration: { direction: 'to-station', profile: 'Core' },
  ClearCache: { direction: 'to-station', profile: 'Core' },
  DataTransfer: { direction: 'both', profile: 'Core' },
  GetConfiguration: { direction: 'to-station', profile: 'Core' },
  Heartbeat: { direction: 'from-station', profile: 'Core' },
  MeterValues: { direction: 'from-station', profile: 'Core', carriesFact: true, transactionRelated: true },
  RemoteStartTransaction: { direction: 'to-station', profile: 'Core' },
  RemoteStopTransaction: { direction: 'to-station', profile: 'Core' },
  Reset: { direction: 'to-station', profile: 'Core' },
  StartTransaction: { direction: 'from-station', profile: 'Core', carriesFact: true, transactionRelated: true },
  StatusNotification: { direction: 'from-station', profile: 'Core', carriesFact: true },
  StopTransaction: { direction: 'from-station', profile: 'Core', carriesFact: true, transactionRelated: true },
  UnlockConnector: { direction: 'to-station', profile: 'Core' },

  DiagnosticsStatusNotification: { direction: 'from-station', profile: 'FirmwareManagement', carriesFact: true },
  FirmwareStatusNotification: { direction: 'from-station', profile: 'FirmwareManagement', carriesFact: true },
  GetDiagnostics: { direction: 'to-station', profile: 'FirmwareManagement' },
  UpdateFirmware: { direction: 'to-station', profile: 'FirmwareManagement' },

  GetLocalListVersion: { direction: 'to-station', profile: 'LocalAuthListManagement' },
  SendLocalList: { direction: 'to-station', profile: 'LocalAuthListManagement' },

  CancelReservation: { direction: 'to-station', profile: 'Reservation' },
  ReserveNow: { direction: 'to-station', profile: 'Reservation' },

  ClearChargingProfile: { direction: 'to-station', profile: 'SmartCharging' },
  GetCompositeSchedule: { direction: 'to-station', profile: 'SmartCharging' },
  SetChargingProfile: { direction: 'to-station', profile: 'SmartCharging' },

  TriggerMessage: { direction: 'to-station', profile: 'RemoteTrigger' },

  CertificateSigned: { direction: 'to-station', profile: 'Security' },
  DeleteCertificate: { direction: 'to-station', profile: 'Security' },
  ExtendedTriggerMessage: { direction: 'to-station', profile: 'Security' },
  GetInstalledCertificateIds: { direction: 'to-station', profile: 'Security' },
  GetLog: { direction: 'to-station', profile: 'Security' },
  InstallCertificate: { direction: 'to-station', profile: 'Security' },
  LogStatusNotification: { direction: 'from-station', profile: 'Security', carriesFact: true },
  SecurityEventNotification: { direction: 'from-station', profile: 'Security', carriesFact: true },
  SignCertificate: { direction: 'from-station', profile: 'Security' },
  SignedFirmwareStatusNotification: { direction: 'from-station', profile: 'Security', carriesFact: true },
  SignedUpdateFirmware: { direction: 'to-station', profile: 'Security' },
} as const satisfies Record<string, ActionEntry>;

export type Ocpp16Action = keyof typeof OCPP16_ACTIONS;

export type Ocpp16Side = 'central-system' | 'station';

export function isOcpp16Action(name: string): name is Ocpp16Action {
  return Object.hasOwn(OCPP16_ACTIONS, name);
}

export function ocpp16Action(action: Ocpp16Action): ActionEntry {
  return OCPP16_ACTIONS[action];
}

/**
 * What one side does with a request it receives: an unknown action is NotImplemented, a known one that only the other side
 * receives is NotSupported (OCPP-J 1.6, "CallError").
 */
export function admitOcpp16Action(receiver: Ocpp16Side, name: string): ActionAdmission {
  if (!isOcpp16Action(name)) return 'NotImplemented';
  const { direction } = OCPP16_ACTIONS[name];
  const expected: ActionDirection = receiver === 'central-system' ? 'from-station' : 'to-station';
  return direction === 'both' || direction === expected ? 'forward' : 'NotSupported';
}
