import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryClaim } from './directory-claim.js';
import { postgresErrors } from './errors.js';
import { eventually } from './eventually.js';
import { assertPortFree, freePort } from './free-port.js';
import { postgresBinaries, serverUser, type PostgresBinaries, type ServerUser } from './postgres-binaries.js';
import { childrenOf, commandLine, isAlive, isStopped, processesIn, signalProcess } from './processes.js';
import { serverDirectory } from './server-directory.js';
import { TrackedProcess, type Exit } from './tracked-process.js';

export interface EmbeddedPostgresOptions {
  /** Holds `data/`, `admin-password` and the log. Without it: a temporary folder, not persistent. */
  dir?: string;
  /** Without it the kernel chooses one, and another at each `start`. */
  port?: number;
  /** `false`: `stop` removes the folder. Default: true when `dir` is given. */
  persistent?: boolean;
  /** `false` only where a power failure may cost the data: tests. Default true. */
  fsync?: boolean;
  logFile?: string;
  /** Server settings, e.g. `{ max_connections: '200' }`. */
  settings?: Record<string, string>;
}

const START_TRIES = 5;
const START_TIMEOUT_MS = 60_000;
const LOG_LIMIT_BYTES = 20_000_000;

/**
 * A PostgreSQL server of our own on 127.0.0.1. It outlives a crash of this process; the next `start` on the same
 * folder stops such an orphan and starts a fresh server, unless the process that owns the orphan is still alive.
 */
export class EmbeddedPostgres {
  private constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly place: Place,
    private server: TrackedProcess,
    private currentPort: number,
  ) {
    this.watch();
  }

  private stopping = false;
  private onCrash: (exit: Exit) => void = () => {};
  /** Settles when the server ends without having been asked to. */
  readonly crashed = new Promise<Exit>((resolve) => {
    this.onCrash = resolve;
  });

  static async start(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
    const place = takePlace(options);
    try {
      await prepare(place);
      await stopOrphan(place);
      const { server, port } = await launch(place, options, options.port);
      return new EmbeddedPostgres(options, place, server, port);
    } catch (e) {
      place.claim.release();
      throw e;
    }
  }

  /** Removes a folder, whatever state its data is in, and stops the server that a killed process left on it. Throws `testing.directory.in-use`. */
  static async discard(dir: string): Promise<void> {
    if (!existsSync(dir)) return;
    const place = takePlace({ dir });
    if (existsSync(place.data)) await stopOrphan(place);
    for (const path of [place.dir, place.link]) rmSync(path, { recursive: true, force: true });
  }

  get port(): number {
    return this.currentPort;
  }

  /** The postmaster's. */
  get pid(): number {
    return this.server.pid;
  }

  /** The superuser's connection string, database `postgres`. */
  get adminUrl(): string {
    return `postgresql://postgres:${this.place.password}@127.0.0.1:${this.currentPort}/postgres`;
  }

  /** Random at each first start in this process; the server shows it as its `cluster_name` (see `proveServer`). */
  get identity(): string {
    return this.place.identity;
  }

  get logFile(): string {
    return this.place.logFile;
  }

  /**
   * Sends a signal to the postmaster and all its back ends. Returns when they are gone (`SIGKILL`) or have come to a stop
   * (`SIGSTOP`). The postmaster goes first, so that it starts no back end that is missed.
   */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this.server;
    if (signal === 'SIGKILL') this.stopping = true;
    if (signal === 'SIGKILL' || signal === 'SIGSTOP') await this.freeze();
    const all = [pid, ...childrenOf(pid)];
    for (const member of all) signalProcess(member, signal);
    if (signal !== 'SIGKILL') return;
    await this.server.wait();
    await eventually(() => !all.some(isAlive));
  }

  private async freeze(): Promise<void> {
    const { pid } = this.server;
    signalProcess(pid, 'SIGSTOP');
    await eventually(() => isStopped(pid) || !isAlive(pid));
    const children = childrenOf(pid);
    for (const child of children) signalProcess(child, 'SIGSTOP');
    await eventually(() => children.every((child) => isStopped(child) || !isAlive(child)));
  }

  /** Starts the server again on the same port after `kill` or a crash. */
  async restart(): Promise<void> {
    if (this.server.alive) await this.stopServer();
    await stopOrphan(this.place);
    const { server } = await launch(this.place, this.options, this.currentPort);
    this.server = server;
    this.stopping = false;
    this.watch();
  }

  /** A fast shutdown: open transactions are rolled back, everything committed is on disk. */
  async stop(): Promise<void> {
    await this.stopServer();
    this.place.claim.release();
    if (!this.place.persistent) for (const path of [this.place.dir, this.place.link]) rmSync(path, { recursive: true, force: true });
  }

  private async stopServer(): Promise<void> {
    this.stopping = true;
    for (const pid of childrenOf(this.server.pid)) signalProcess(pid, 'SIGCONT');
    await this.server.stop({ signal: 'SIGINT', graceMs: 30_000 });
  }

  private watch(): void {
    void this.server.exited.then((exit) => {
      if (!this.stopping) this.onCrash(exit);
    });
  }
}

export const startPostgres = (options?: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => EmbeddedPostgres.start(options);

interface Place {
  /** What was asked for; a symbolic link where the server's user could not get there. */
  link: string;
  dir: string;
  data: string;
  logFile: string;
  persistent: boolean;
  password: string;
  identity: string;
  user: ServerUser | undefined;
  binaries: PostgresBinaries;
  claim: DirectoryClaim;
}

function takePlace(options: EmbeddedPostgresOptions): Place {
  const user = serverUser();
  const binaries = postgresBinaries(user);
  const link = options.dir ?? mkdtempSync(join(tmpdir(), 'ampline-postgres-'));
  const dir = serverDirectory(link, user);
  const claim = DirectoryClaim.take(dir);
  const passwordFile = join(dir, 'admin-password');
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(18).toString('hex'), { mode: 0o600 });
  return {
    link,
    dir,
    data: join(dir, 'data'),
    logFile: options.logFile ?? join(dir, 'postgres.log'),
    persistent: options.persistent ?? options.dir !== undefined,
    password: readFileSync(passwordFile, 'utf8'),
    identity: `ampline-${randomBytes(12).toString('hex')}`,
    user,
    binaries,
    claim,
  };
}

/** Makes the data directory under another name and renames it, so that a half-made one is never taken for a whole one. */
async function prepare(place: Place): Promise<void> {
  if (existsSync(place.logFile) && statSync(place.logFile).size > LOG_LIMIT_BYTES) truncateSync(place.logFile);
  if (existsSync(place.data)) return;
  const draft = `${place.data}.new`;
  rmSync(draft, { recursive: true, force: true });
  const passwordFile = join(place.dir, 'initdb-password');
  writeFileSync(passwordFile, place.password, { mode: 0o600 });
  // The parent may belong to root: initdb is handed an empty folder of its own.
  mkdirSync(draft, { mode: 0o700 });
  if (place.user) for (const path of [draft, passwordFile]) chownSync(path, place.user.uid, place.user.gid);
  const initdb = await TrackedProcess.spawn({
    command: place.binaries.initdb,
    args: [
      ...['-D', draft, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...(place.persistent ? [] : ['--no-sync']),
    ],
    cwd: place.dir,
    logFile: place.logFile,
    ...place.user,
  });
  const exit = await initdb.wait();
  rmSync(passwordFile, { force: true });
  if (exit.code !== 0) throw postgresErrors.initFailed({ logFile: place.logFile, exitCode: exit.code });
  renameSync(draft, place.data);
}

/**
 * What an earlier process that was killed left behind: a server of OUR data directory is stopped; a postmaster.pid whose
 * pid now belongs to something else is removed, because PostgreSQL would take it for a running server and refuse.
 */
async function stopOrphan(place: Place): Promise<void> {
  const pidFile = join(place.data, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const data = realpathSync(place.data);
  const family = processesIn(data);
  const ours = family.length > 0 ? family : isAlive(pid) && commandLine(pid).includes(data) ? [pid] : [];
  if (ours.includes(pid)) {
    for (const member of ours) signalProcess(member, 'SIGCONT');
    signalProcess(pid, 'SIGINT');
    await waitUntilGone([pid], 10_000);
    signalProcess(pid, 'SIGQUIT');
    await waitUntilGone([pid], 5_000);
  }
  const left = [...new Set([...processesIn(data), ...ours])].filter(isAlive);
  for (const member of left) signalProcess(member, 'SIGKILL');
  await waitUntilGone(left, 5_000);
  rmSync(pidFile, { force: true });
}

async function waitUntilGone(pids: number[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  await eventually(() => !pids.some(isAlive) || performance.now() > deadline, { timeoutMs: timeoutMs + 1_000 });
}

async function launch(
  place: Place,
  options: EmbeddedPostgresOptions,
  wanted: number | undefined,
): Promise<{ server: TrackedProcess; port: number }> {
  assertVersion(place);
  for (let attempt = 1; ; attempt++) {
    if (wanted !== undefined) await assertPortFree(wanted);
    const port = wanted ?? (await freePort());
    const server = await TrackedProcess.spawn({
      command: place.binaries.postgres,
      args: ['-D', place.data, ...settingArguments(place, options, port)],
      cwd: place.dir,
      logFile: place.logFile,
      ...place.user,
    });
    const ready = await becomesReady(server, place.data);
    if (ready) return { server, port };
    await stopOrphan(place);
    if (attempt === START_TRIES) throw postgresErrors.startFailed({ logFile: place.logFile });
  }
}

function assertVersion(place: Place): void {
  const dataVersion = readFileSync(join(place.data, 'PG_VERSION'), 'utf8').trim();
  const binary = execFileSync(place.binaries.postgres, ['--version'], { encoding: 'utf8' });
  const serverVersion = /\) (\d+)/.exec(binary)?.[1];
  if (dataVersion !== serverVersion) throw postgresErrors.versionMismatch({ dir: place.dir, dataVersion, serverVersion });
}

function settingArguments(place: Place, options: EmbeddedPostgresOptions, port: number): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    cluster_name: place.identity,
    timezone: 'UTC',
    ...(options.fsync === false && { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The postmaster writes its state into the eighth line of postmaster.pid; pg_ctl waits for the same line. */
async function becomesReady(server: TrackedProcess, data: string): Promise<boolean> {
  const pidFile = join(data, 'postmaster.pid');
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  await eventually(
    () => {
      if (ended) return true;
      const lines = readFileSync(pidFile, 'utf8').split('\n');
      return Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready';
    },
    { timeoutMs: START_TIMEOUT_MS },
  );
  return !ended;
}
