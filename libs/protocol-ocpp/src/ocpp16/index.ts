export {
  admitOcpp16Action,
  isOcpp16Action,
  OCPP16_ACTIONS,
  ocpp16Action,
  type ActionDirection,
  type ActionEntry,
  type FeatureProfile,
  type Ocpp16Action,
  type Ocpp16Side,
} from './actions.js';
export type { Deviation, DeviationKind } from './deviation.js';
export type {
  ChargingProfile,
  IdTagInfo,
  Loose,
  MessageKind,
  MessageOf,
  MeterValue,
  Received,
  ReceivedRequest,
  ReceivedResponse,
  RequestOf,
  ResponseOf,
  SampledValue,
} from './messages.js';
export { payloadSchema, type PayloadSchema } from './payload-schema.js';
export {
  validateInbound,
  validateOutbound,
  type AcceptedPayload,
  type InboundResult,
  type RefusedPayload,
  type ValidationPolicy,
} from './validate.js';
export { mainColumns, readSampledValues, SAMPLED_VALUE_DEFAULTS, type MainColumns, type Reading, type Sample } from './readings.js';
export {
  AUTHORIZATION_STATUSES,
  CHARGE_POINT_ERROR_CODES,
  CONNECTOR_STATUSES,
  DEFAULT_STOP_REASON,
  STATION_STATUSES,
  STOP_REASONS,
  type AuthorizationStatus,
  type ChargePointErrorCode,
  type ConnectorStatus,
  type Measurand,
  type MeterLocation,
  type MeterPhase,
  type MeterUnit,
  type ReadingContext,
  type StationStatus,
  type StopReason,
} from './enumerations.js';
