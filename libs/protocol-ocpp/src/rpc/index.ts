export { OCPP_ERROR_CODES, readErrorCode, type OcppErrorCode } from './error-code.js';
export {
  callFrame,
  errorFrame,
  LONGEST_ERROR_DESCRIPTION,
  MESSAGE_TYPE,
  resultFrame,
  type AnsweredId,
  type CallFrame,
  type ErrorFrame,
  type FrameDeviation,
  type IgnoredFrame,
  type MalformedFrame,
  type MalformedReason,
  type ParsedFrame,
  type ResultFrame,
} from './frame.js';
export { isJsonObject, type JsonObject } from './json.js';
export { parseFrame, type ParseOptions } from './parse-frame.js';
export { StationMachine } from './station-machine.js';
export {
  CLOSE_CODE,
  DEFAULT_MACHINE_LIMITS,
  type ActionAdmission,
  type CallAnswer,
  type CommandOutcome,
  type CommandRequest,
  type ForwardedCall,
  type Instant,
  type MachineEffect,
  type MachineEvent,
  type MachineLimits,
  type MachineOptions,
  type MachineTimer,
  type OddityReason,
} from './station-machine.types.js';
