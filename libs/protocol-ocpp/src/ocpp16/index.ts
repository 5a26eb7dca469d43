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
export {
  validateInbound,
  validateOutbound,
  type AcceptedPayload,
  type InboundResult,
  type RefusedPayload,
  type ValidationPolicy,
} from './validate.js';
