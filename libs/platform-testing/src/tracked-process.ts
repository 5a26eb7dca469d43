import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { isAlive, signalProcess } from './processes.js';

export interface TrackedOptions {
  command: string;
  args: string[];
  cwd?: string;
  env?: Record<string, string | undefined>;
  uid?: number;
  gid?: number;
  /** Standard output and error are appended here; without it they are thrown away. */
  logFile?: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * A child in a process group of its own: a Ctrl-C in the terminal does not reach it, so that its owner can stop
 * things in order, and a signal can be sent to everything it started. It does not keep the owner's event loop alive.
 */
export class TrackedProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    /** Waiting on it alone does not keep this process alive: see `wait`. */
    readonly exited: Promise<Exit>,
  ) {}

  /** Rejects with the system's error (`ENOENT`) when the command cannot be executed. */
  static async spawn(options: TrackedOptions): Promise<TrackedProcess> {
    const log = options.logFile === undefined ? 'ignore' : openSync(options.logFile, 'a');
    try {
      const child = spawn(options.command, options.args, {
        detached: true,
        stdio: ['ignore', log, log],
        ...(options.cwd !== undefined && { cwd: options.cwd }),
        ...(options.env !== undefined && { env: options.env }),
        ...(options.uid !== undefined && { uid: options.uid }),
        ...(options.gid !== undefined && { gid: options.gid }),
      });
      const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
      await once(child, 'spawn');
      child.unref();
      return new TrackedProcess(child, child.pid as number, exited);
    } finally {
      if (typeof log === 'number') closeSync(log);
    }
  }

  get alive(): boolean {
    return isAlive(this.pid);
  }

  /** Waits for the end and keeps this process alive until then. */
  async wait(): Promise<Exit> {
    this.child.ref();
    const exit = await this.exited;
    this.child.unref();
    return exit;
  }

  kill(signal: NodeJS.Signals): void {
    signalProcess(this.pid, signal);
  }

  /** Signals the process and everything in its group. */
  killGroup(signal: NodeJS.Signals): void {
    signalProcess(-this.pid, signal);
  }

  /** Asks with `signal`, then kills the group after `graceMs`. Wakes a frozen process first. */
  async stop(options: { signal?: NodeJS.Signals; graceMs?: number } = {}): Promise<Exit> {
    this.killGroup('SIGCONT');
    this.kill(options.signal ?? 'SIGTERM');
    const timer = setTimeout(() => this.killGroup('SIGKILL'), options.graceMs ?? 10_000);
    try {
      return await this.wait();
    } finally {
      clearTimeout(timer);
    }
  }
}
