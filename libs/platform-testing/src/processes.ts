import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const hasProc = existsSync('/proc/self/stat');

/** True while the process runs; a zombie (exited, not yet reaped by its parent) does not run. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return procStat(pid)?.state !== 'Z';
}

/**
 * True when a SIGSTOP has taken effect: sent, it still leaves the process time for another answer. Linux stops a process thread
 * by thread, and the process counts as stopped when its first thread is.
 */
export function isStopped(pid: number): boolean {
  if (!hasProc)
    return execFileSync('ps', ['-p', String(pid), '-o', 'state='], { encoding: 'utf8' })
      .trim()
      .startsWith('T');
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => procStat(`${pid}/task/${thread}`)?.state === 'T');
  } catch {
    return false;
  }
}

/** Sends the signal; false when the process is gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw e;
  }
}

/** The command line of a process, words joined by blanks; empty when it cannot be read. */
export function commandLine(pid: number): string {
  try {
    if (hasProc) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Distinguishes a process from a later one with the same pid; undefined when the system does not tell. */
export function startMark(pid: number): string | undefined {
  return procStat(pid)?.startTime;
}

/** All processes whose working directory is `directory`, where the system tells (Linux). */
export function processesIn(directory: string): number[] {
  if (!hasProc) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && workingDirectory(name) === directory)
    .map(Number)
    .filter(isAlive);
}

/** The children of a process, one level deep. */
export function childrenOf(pid: number): number[] {
  if (hasProc) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((candidate) => procStat(candidate)?.parent === pid);
  }
  const table = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child as number);
}

function workingDirectory(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function procStat(pid: number | string): { state: string; parent: number; startTime: string } | undefined {
  if (!hasProc) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the second field is the name in parentheses and may hold blanks itself; the 22nd is the start time.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
