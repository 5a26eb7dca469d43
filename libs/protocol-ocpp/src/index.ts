export { ocppErrors } from './errors.js';
export * from './ocpp16/index.js';
export * from './rpc/index.js';
export * from './quirks/index.js';
