export { createLogger, type Logger } from './logger.js';
export {
  activeTraceparent,
  contextOf,
  createTelemetry,
  enableContext,
  inSpan,
  type Telemetry,
  type TelemetryOptions,
} from './telemetry.js';
export { testTelemetry, type TestTelemetry } from './test-telemetry.js';
