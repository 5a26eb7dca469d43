import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedNats, EmbeddedPostgres } from '@ampline/platform-testing';
import { launcherErrors } from './errors.js';

/** What the admin command line and a second program of the same installation read. */
export interface InstallationFile {
  /** Signs internal tokens; see AMPLINE_SECRET. */
  secret: string;
  /** gRPC addresses by service; empty while nothing runs. */
  grpc: Record<string, string>;
}

/** `.data/`: all that an embedded installation keeps. */
export class DataFolder {
  constructor(readonly path: string) {
    try {
      mkdirSync(path, { recursive: true });
      accessSync(path, constants.W_OK);
    } catch (cause) {
      throw launcherErrors.folderReadOnly({ folder: path }, cause);
    }
  }

  get postgres(): string {
    return join(this.path, 'postgres');
  }

  get nats(): string {
    return join(this.path, 'nats');
  }

  get objects(): string {
    return join(this.path, 'objects');
  }

  /** Certificates of the TLS port for stations. */
  get tls(): string {
    return join(this.path, 'tls');
  }

  get #file(): string {
    return join(this.path, 'installation.json');
  }

  /** Reads the installation's secrets, making them at the first start. */
  installation(): InstallationFile {
    if (existsSync(this.#file)) return this.#read();
    const fresh: InstallationFile = { secret: randomBytes(32).toString('base64url'), grpc: {} };
    this.write(fresh);
    return fresh;
  }

  write(file: InstallationFile): void {
    const draft = `${this.#file}.new`;
    writeFileSync(draft, JSON.stringify(file, null, 2) + '\n', { mode: 0o600, flush: true });
    renameSync(draft, this.#file);
  }

  /** Throws all data away. Refuses while another process works with it. */
  async reset(): Promise<void> {
    await EmbeddedPostgres.discard(this.postgres);
    await EmbeddedNats.discard(this.nats);
    rmSync(this.objects, { recursive: true, force: true });
    rmSync(this.tls, { recursive: true, force: true });
    rmSync(this.#file, { force: true });
  }

  #read(): InstallationFile {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as InstallationFile;
    } catch (cause) {
      throw launcherErrors.installationUnreadable({ file: this.#file }, cause);
    }
  }
}
