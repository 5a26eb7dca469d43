export { createLogger, type Logger } from './logger.js';
export {
  activeTraceparent,
  contextOf,
  createTelemetry,
  enableContext,
  inSpan,
  recordedSpan,
  type Telemetry,
  type TelemetryOptions,
} from './telemetry.js';
export { testTelemetry, type TestTelemetry } from './test-telemetry.js';
