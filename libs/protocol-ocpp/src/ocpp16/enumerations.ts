import type { RequestOf, ResponseOf, SampledValue } from './messages.js';

type Status = RequestOf<'StatusNotification'>;

/** ChargePointStatus of a connector (OCPP 1.6 §7.7). */
export const CONNECTOR_STATUSES = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEVSE',
  'SuspendedEV',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
] as const satisfies readonly Status['status'][];

/** ChargePointStatus of connector 0, the station as a whole. */
export const STATION_STATUSES = ['Available', 'Unavailable', 'Faulted'] as const satisfies readonly Status['status'][];

/** ChargePointErrorCode (OCPP 1.6 §7.6). */
export const CHARGE_POINT_ERROR_CODES = [
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'OverVoltage',
  'WeakSignal',
] as const satisfies readonly Status['errorCode'][];

/** Reason of StopTransaction (OCPP 1.6 §7.36). */
export const STOP_REASONS = [
  'EmergencyStop',
  'EVDisconnected',
  'HardReset',
  'Local',
  'Other',
  'PowerLoss',
  'Reboot',
  'Remote',
  'SoftReset',
  'UnlockCommand',
  'DeAuthorized',
] as const satisfies readonly StopReason[];

/** A StopTransaction without a reason was stopped at the station (OCPP 1.6 §6.49). */
export const DEFAULT_STOP_REASON = 'Local' satisfies StopReason;

/** AuthorizationStatus (OCPP 1.6 §7.2). */
export const AUTHORIZATION_STATUSES = [
  'Accepted',
  'Blocked',
  'Expired',
  'Invalid',
  'ConcurrentTx',
] as const satisfies readonly AuthorizationStatus[];

export type ConnectorStatus = (typeof CONNECTOR_STATUSES)[number];
export type StationStatus = (typeof STATION_STATUSES)[number];
export type ChargePointErrorCode = (typeof CHARGE_POINT_ERROR_CODES)[number];
export type StopReason = NonNullable<RequestOf<'StopTransaction'>['reason']>;
export type AuthorizationStatus = ResponseOf<'Authorize'>['idTagInfo']['status'];
export type Measurand = NonNullable<SampledValue['measurand']>;
export type ReadingContext = NonNullable<SampledValue['context']>;
export type MeterLocation = NonNullable<SampledValue['location']>;
export type MeterPhase = NonNullable<SampledValue['phase']>;
export type MeterUnit = NonNullable<SampledValue['unit']>;
