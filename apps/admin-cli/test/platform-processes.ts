import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createTestDatabase,
  eventually,
  freePort,
  testNats,
  TrackedProcess,
  type EmbeddedNats,
  type TestDatabase,
} from '@ampline/platform-testing';

const SECRET = 'a-secret-of-at-least-32-characters';

/** Variable prefixes of the services. */
const PREFIXES: Record<string, string> = { accounts: 'ACCOUNTS', 'ocpp-csms': 'OCPP_CSMS', 'session-export': 'SESSION_EXPORT' };

const program = (app: string) => fileURLToPath(new URL(`../../${app}/dist/main.js`, import.meta.url));

/** How a run of the command line ended. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Services as programs of their own, and the command line as another. */
export class PlatformProcesses {
  private readonly running = new Map<string, TrackedProcess>();

  private constructor(
    private readonly database: TestDatabase,
    private readonly nats: EmbeddedNats,
    private readonly folder: string,
    private readonly ports: ReadonlyMap<string, number>,
  ) {}

  /** Migrates and starts these services; resolves when all are ready. */
  static async start(services: readonly string[]): Promise<PlatformProcesses> {
    const [database, nats] = await Promise.all([createTestDatabase(), testNats()]);
    const ports = new Map<string, number>();
    for (const service of Object.keys(PREFIXES)) ports.set(service, await freePort());
    const platform = new PlatformProcesses(database, nats, mkdtempSync(join(tmpdir(), 'ampline-cli-')), ports);
    for (const service of services) await platform.startService(service);
    return platform;
  }

  /** Folder as `npm start` leaves it behind, with its installation.json. */
  dataFolder(): string {
    const grpc = Object.fromEntries([...this.ports].map(([service, port]) => [service, `127.0.0.1:${port}`]));
    writeFileSync(join(this.folder, 'installation.json'), JSON.stringify({ secret: SECRET, grpc }));
    return this.folder;
  }

  /** Runs the command line on this installation. */
  run(...args: string[]): Promise<Ended> {
    return runProgram(['--data', this.dataFolder(), ...args], {});
  }

  async stop(): Promise<void> {
    for (const service of [...this.running.keys()].reverse()) await this.stopService(service);
    await this.nats.stop();
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }

  async stopService(service: string): Promise<void> {
    await this.running.get(service)?.stop();
    this.running.delete(service);
  }

  private async startService(service: string): Promise<void> {
    const opsPort = await freePort();
    const env = { ...this.env(), AMPLINE_OPS_PORT: String(opsPort) };
    const logFile = join(this.folder, `${service}.log`);
    const begin = (args: string[]) => TrackedProcess.spawn({ command: process.execPath, args: [program(service), ...args], env, logFile });
    const migrated = await (await begin(['--migrate'])).wait();
    if (migrated.code !== 0) throw new Error(`${service} could not be migrated: ${readFileSync(logFile, 'utf8')}`);
    this.running.set(service, await begin([]));
    await eventually(async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok, { timeoutMs: 30_000 });
  }

  private env(): Record<string, string | undefined> {
    return {
      PATH: process.env['PATH'],
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: this.database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: this.database.adminUrl,
      AMPLINE_NATS_URL: this.nats.url,
      AMPLINE_NATS_AUTH: 'none',
      AMPLINE_OBJECT_STORE_URL: pathToFileURL(join(this.folder, 'objects')).href,
      AMPLINE_GRPC_URLS: [...this.ports].map(([service, port]) => `${service}=127.0.0.1:${port}`).join(','),
      ...Object.fromEntries([...this.ports].map(([service, port]) => [`${PREFIXES[service]}_GRPC_PORT`, String(port)])),
    };
  }
}

/** Runs the command line with this environment alone. */
export async function runProgram(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [program('admin-cli'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString('utf8')));
  const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? -1)));
  return { code, out: text.out.trimEnd(), err: text.err.trimEnd() };
}
