import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServiceProcess } from '../../src/split.js';

/** Runs an operation of a service's program as an operator would, with the variables of a replica; what it printed. */
export async function operate({ service, env }: ServiceProcess, ...args: string[]): Promise<string> {
  const main = fileURLToPath(new URL(`../../../${service}/dist/main.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env: { ...env }, timeout: 60_000 });
  return stdout;
}
