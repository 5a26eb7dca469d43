export { runCli } from './cli.js';
export { cliErrors } from './errors.js';
export type { Terminal } from './run.js';
