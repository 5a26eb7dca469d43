/** Outlives the test run by a moment: stops every server whose folder is in the run's folder, then removes the folder. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf, commandLine, isAlive, signalProcess } from './processes.js';

const [run, owner] = process.argv.slice(2);
if (run !== undefined && owner !== undefined) await guard(run, Number(owner));

async function guard(folder: string, ownerPid: number): Promise<void> {
  while (isAlive(ownerPid)) await pause(250);
  for (const pid of serversOf(folder)) {
    for (const child of childrenOf(pid)) signalProcess(child, 'SIGKILL');
    signalProcess(pid, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

function serversOf(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((entry) => [join(folder, entry, 'nats-server.pid'), join(folder, entry, 'data', 'postmaster.pid')])
    .filter((file) => existsSync(file))
    .map((file) => Number(readFileSync(file, 'utf8').split('\n')[0]))
    .filter((pid) => isAlive(pid) && commandLine(pid).includes(folder));
}
