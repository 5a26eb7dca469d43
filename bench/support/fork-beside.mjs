import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Another process of a bench, that speaks with this one. Without what this one was started with: a preloaded supervisor lets go of the
 * channel, and a process that only waits for orders would end.
 * @param {URL} file @param {string[]} [args]
 */
export function forkBeside(file, args = []) {
  return fork(fileURLToPath(file), args, { execArgv: [] });
}
