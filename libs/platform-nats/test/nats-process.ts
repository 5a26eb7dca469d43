import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';

/** A nats-server of its own for a test that kills and freezes it; the port stays the same over restarts. */
export class NatsProcess {
  private child: ChildProcess | undefined;
  private port = -1;

  private constructor(
    private readonly directory: string,
    private readonly config: string,
  ) {}

  static async start(config = ''): Promise<NatsProcess> {
    const server = new NatsProcess(await mkdtemp(join(tmpdir(), 'ampline-nats-')), config);
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const configFile = join(this.directory, 'nats.conf');
    await writeFile(configFile, this.config);
    const child = spawn('nats-server', ['-c', configFile, '-a', '127.0.0.1', '-p', String(this.port), '--ports_file_dir', this.directory], {
      stdio: 'ignore',
    });
    this.child = child;
    const portsFile = join(this.directory, `nats-server_${child.pid}.ports`);
    await eventually(() => existsSync(portsFile));
    const ports = await eventually(async () => JSON.parse(await readFile(portsFile, 'utf8')) as { nats: string[] });
    this.port = Number(new URL(ports.nats[0] as string).port);
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill();
    if ((await readdir(this.directory)).length > 0) await rm(this.directory, { recursive: true });
  }
}
