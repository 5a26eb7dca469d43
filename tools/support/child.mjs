// Child processes that never outlive the tool that started them.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { at, toolEnv } from './workspace.mjs';

/** Exit code of a shell for a process that a signal ended. */
const codeOf = (signal) => 128 + (constants.signals[signal] ?? 0);

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const live = new Set();

function endWithChildren(signal) {
  for (const child of live) child.kill('SIGTERM');
  process.exit(codeOf(signal));
}
for (const signal of SIGNALS) process.on(signal, endWithChildren);

/**
 * Runs a program to its end.
 * @param {string[]} command program and arguments
 * @param {{env?: object, show?: boolean | 'stderr', cwd?: string}} options `show` passes its output through as it comes
 * @returns {Promise<{code: number, output: string}>} output = stdout and stderr as they came, but for what is shown
 */
export function runToEnd([program, ...args], { env = {}, show = false, cwd = at() } = {}) {
  const stdio = show === true ? 'inherit' : ['ignore', 'pipe', show === 'stderr' ? 'inherit' : 'pipe'];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: toolEnv(env), stdio });
    live.add(child);
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      live.delete(child);
      resolve({ code: code ?? codeOf(signal), output: Buffer.concat(output).toString() });
    });
  });
}

/** Signals within this time of each other are one: a terminal and npm both pass the same Ctrl-C on. */
const SAME_SIGNAL_MS = 2_000;
const PARENT_CHECK_MS = 1_000;

/**
 * Runs a program with its own children as one process group and answers for all of them: the first Ctrl-C or SIGTERM asks it to stop
 * in order, a later one kills the group; when npm itself is killed, the program is asked to stop; when this process is killed, the
 * program notices the closed channel (stop-with-parent.mjs).
 * @returns {Promise<number>} the program's exit code
 */
export function supervise(node, args, env = {}) {
  const guard = at('tools/support/stop-with-parent.mjs');
  // A group of its own, so that Ctrl-C reaches the database and the bus through the launcher's orderly stop and not before it.
  const child = spawn(node, ['--import', `file://${guard}`, ...args], {
    cwd: at(),
    // Libraries check themselves less: the development mode of graphql-js alone is half the time of a page of 500 stations.
    env: toolEnv({ NODE_ENV: 'production', ...env }),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  let askedAt;
  const ask = (signal) => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      child.kill(signal);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      console.error('killed; what it left behind is stopped by the next start');
      killGroup(child.pid);
    }
  };
  for (const signal of SIGNALS) {
    process.off(signal, endWithChildren);
    process.on(signal, ask);
  }
  const npm = process.env.npm_lifecycle_event === undefined ? undefined : process.ppid;
  const watch = setInterval(() => {
    if (npm !== undefined && process.ppid !== npm) {
      clearInterval(watch);
      ask('SIGTERM');
    }
  }, PARENT_CHECK_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? codeOf(signal));
    });
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
