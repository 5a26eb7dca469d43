import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '@ampline/kernel-errors';
import { DirectoryClaim } from './directory-claim.js';
import { natsErrors } from './errors.js';
import { eventually } from './eventually.js';
import { assertPortFree, freePort } from './free-port.js';
import { commandLine, isAlive, isStopped, signalProcess } from './processes.js';
import { TrackedProcess, type Exit } from './tracked-process.js';

export interface EmbeddedNatsOptions {
  /** Holds the log, the pid file and, without `storeDir`, the JetStream store. Without it: a temporary folder, removed by `stop`. */
  dir?: string;
  /** JetStream's directory; default `<dir>/jetstream`. */
  storeDir?: string;
  /** Without it the kernel chooses one at the first start; restarts keep it. */
  port?: number;
  /** Text of a nats-server configuration file: users, permissions, accounts, MQTT. */
  config?: string;
  logFile?: string;
}

const START_TIMEOUT_MS = 20_000;
const START_TRIES = 5;
/** Debian installs into /usr/sbin, which is not on the PATH of ordinary users. */
const COMMANDS = ['nats-server', '/usr/sbin/nats-server', '/usr/local/bin/nats-server', '/opt/homebrew/bin/nats-server'];

/** A nats-server of our own on 127.0.0.1 with JetStream. Orphans of a killed process are stopped at the next start. */
export class EmbeddedNats {
  private constructor(
    private readonly place: Place,
    private server: TrackedProcess,
    readonly port: number,
  ) {
    this.watch();
  }

  private stopping = false;
  private onCrash: (exit: Exit) => void = () => {};
  /** Settles when the server ends without having been asked to. */
  readonly crashed = new Promise<Exit>((resolvePromise) => {
    this.onCrash = resolvePromise;
  });

  static async start(options: EmbeddedNatsOptions = {}): Promise<EmbeddedNats> {
    const place = takePlace(options);
    try {
      await stopOrphan(place);
      if (options.port !== undefined) await assertPortFree(options.port);
      const { server, port } = await launchOnFreePort(place, options.port);
      return new EmbeddedNats(place, server, port);
    } catch (e) {
      place.claim.release();
      throw e;
    }
  }

  /** Removes a folder and stops the server that a killed process left on it. Throws `testing.directory.in-use`. */
  static async discard(dir: string): Promise<void> {
    if (!existsSync(dir)) return;
    const place = takePlace({ dir });
    await stopOrphan(place);
    rmSync(place.dir, { recursive: true, force: true });
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Without credentials: users of a `config` are added by whoever wrote it. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get storeDir(): string {
    return this.place.storeDir;
  }

  get logFile(): string {
    return this.place.logFile;
  }

  /** Returns when the server is gone (`SIGKILL`) or has come to a stop (`SIGSTOP`). */
  async kill(signal: NodeJS.Signals): Promise<void> {
    if (signal === 'SIGKILL') this.stopping = true;
    this.server.kill(signal);
    if (signal === 'SIGKILL') await this.server.wait();
    if (signal === 'SIGSTOP') await eventually(() => isStopped(this.server.pid));
  }

  /** The server reads its configuration, and the files that it includes, again; connections stay. */
  async reload(): Promise<void> {
    await this.kill('SIGHUP');
  }

  /** Writes another configuration, for the next {@link restart}. */
  configure(config: string): void {
    writeConfig(this.place, config);
  }

  /** Starts the server again on the same port and store after `kill` or a crash. */
  async restart(): Promise<void> {
    if (this.server.alive) await this.stopServer();
    this.server = await launch(this.place, this.port);
    await readPort(this.place, this.server);
    this.stopping = false;
    this.watch();
  }

  async stop(): Promise<void> {
    await this.stopServer();
    this.place.claim.release();
    if (this.place.temporary) rmSync(this.place.dir, { recursive: true, force: true });
  }

  private async stopServer(): Promise<void> {
    this.stopping = true;
    await this.server.stop({ signal: 'SIGTERM', graceMs: 10_000 });
  }

  private watch(): void {
    void this.server.exited.then((exit) => {
      if (!this.stopping) this.onCrash(exit);
    });
  }
}

export const startNats = (options?: EmbeddedNatsOptions): Promise<EmbeddedNats> => EmbeddedNats.start(options);

interface Place {
  dir: string;
  storeDir: string;
  pidFile: string;
  configFile: string;
  logFile: string;
  temporary: boolean;
  claim: DirectoryClaim;
}

function takePlace(options: EmbeddedNatsOptions): Place {
  const dir = resolve(options.dir ?? mkdtempSync(join(tmpdir(), 'ampline-nats-')));
  mkdirSync(dir, { recursive: true });
  const claim = DirectoryClaim.take(dir);
  const place: Place = {
    dir,
    storeDir: options.storeDir ?? join(dir, 'jetstream'),
    pidFile: join(dir, 'nats-server.pid'),
    configFile: join(dir, 'nats-server.conf'),
    logFile: options.logFile ?? join(dir, 'nats-server.log'),
    temporary: options.dir === undefined,
    claim,
  };
  writeConfig(place, options.config ?? '');
  return place;
}

/** JetStream in the file, not on the command line: a server that reads its configuration again knows the command line no more. */
function writeConfig({ configFile, storeDir }: Place, config: string): void {
  writeFileSync(configFile, `jetstream { store_dir: ${JSON.stringify(storeDir)} }\n${config}`, { mode: 0o600 });
}

/** Two servers on one JetStream directory would damage it, and nats-server does not lock it. */
async function stopOrphan(place: Place): Promise<void> {
  if (!existsSync(place.pidFile)) return;
  const pid = Number(readFileSync(place.pidFile, 'utf8'));
  if (isAlive(pid) && commandLine(pid).includes(place.pidFile)) {
    signalProcess(pid, 'SIGKILL');
    await eventually(() => !isAlive(pid));
  }
  rmSync(place.pidFile, { force: true });
}

/** Somebody may take a free port before the server does: then it tries another one. */
async function launchOnFreePort(place: Place, wanted: number | undefined): Promise<{ server: TrackedProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const server = await launch(place, wanted ?? (await freePort()));
    try {
      return { server, port: await readPort(place, server) };
    } catch (e) {
      if (wanted !== undefined || attempt === START_TRIES || !AppError.is(e, natsErrors.startFailed().code)) throw e;
    }
  }
}

async function launch(place: Place, port: number): Promise<TrackedProcess> {
  const args = [
    ...['-c', place.configFile, '-a', '127.0.0.1', '-p', String(port)],
    ...['-P', place.pidFile, '--ports_file_dir', place.dir],
  ];
  for (const command of COMMANDS) {
    const server = await spawnIfThere({ command, args, cwd: place.dir, logFile: place.logFile });
    if (server) return server;
  }
  throw natsErrors.missing();
}

async function spawnIfThere(options: Parameters<typeof TrackedProcess.spawn>[0]): Promise<TrackedProcess | undefined> {
  try {
    return await TrackedProcess.spawn(options);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw e;
  }
}

/** The server writes its ports file when it listens; it is ready when it greets with INFO. */
async function readPort(place: Place, server: TrackedProcess): Promise<number> {
  const file = join(place.dir, `nats-server_${server.pid}.ports`);
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  try {
    const port = await eventually(
      () => (ended ? 0 : Number(new URL((JSON.parse(readFileSync(file, 'utf8')) as { nats: string[] }).nats[0] as string).port)),
      { timeoutMs: START_TIMEOUT_MS },
    );
    if (ended) throw natsErrors.startFailed({ logFile: place.logFile });
    await eventually(() => greets(port), { timeoutMs: START_TIMEOUT_MS });
    return port;
  } catch (cause) {
    server.killGroup('SIGKILL');
    throw ended ? natsErrors.startFailed({ logFile: place.logFile }) : cause;
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [chunk] = (await once(socket, 'data', { signal: AbortSignal.timeout(2_000) })) as [Buffer];
    return chunk.toString().startsWith('INFO ');
  } finally {
    socket.destroy();
  }
}
