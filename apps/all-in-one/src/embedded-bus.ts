import { existsSync, mkdirSync, readFileSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';
import { natsAuthorization, outsideAccounts, readConfig, type AnyServiceDefinition, type Environment } from '@ampline/platform-runner';
import { EmbeddedNats } from '@ampline/platform-testing';

/** Bus user with every right, for tests and benches of an embedded installation only. */
export const BUS_ADMIN = 'admin';

export interface EmbeddedBusOptions {
  definitions: readonly AnyServiceDefinition[];
  secret: string;
  dir: string;
  env: Environment;
}

/** Writes that come together are one. */
const SETTLE_MS = 100;

/**
 * The NATS server of an embedded installation. ocpp-csms writes the users of MQTT stations and foreign back ends into a file; the server
 * reads it again whenever it changes. The MQTT listener stays off until there is somebody to let in: a listener cannot be added while
 * the server runs, so the first MQTT user restarts it once.
 */
export class EmbeddedBus {
  readonly accountsFile: string;
  private watcher: FSWatcher | undefined;
  private settling: NodeJS.Timeout | undefined;
  private applied: string;
  private working: Promise<void> = Promise.resolve();

  private constructor(
    private readonly o: EmbeddedBusOptions,
    readonly server: EmbeddedNats,
  ) {
    this.accountsFile = accountsFileOf(o);
    this.applied = readFileSync(this.accountsFile, 'utf8');
    // The folder: the file is replaced by another one each time.
    this.watcher = watch(o.dir, (_event, name) => {
      if (name === basename(this.accountsFile)) this.settling = setTimeout(() => this.apply(), SETTLE_MS);
    });
  }

  static async start(o: EmbeddedBusOptions): Promise<EmbeddedBus> {
    const file = accountsFileOf(o);
    mkdirSync(o.dir, { recursive: true });
    if (!existsSync(file)) writeFileSync(file, outsideAccounts(mqttOf(o).topics, [], []), { mode: 0o600 });
    return new EmbeddedBus(o, await EmbeddedNats.start({ dir: o.dir, config: config(o) }));
  }

  async stop(): Promise<void> {
    this.watcher?.close();
    this.watcher = undefined;
    clearTimeout(this.settling);
    await this.working;
    await this.server.stop();
  }

  private apply(): void {
    this.working = this.working.then(async () => {
      const text = readFileSync(this.accountsFile, 'utf8');
      if (text === this.applied || this.watcher === undefined) return;
      const listens = letsSomebodyIn(this.applied);
      this.applied = text;
      if (letsSomebodyIn(text) === listens) return this.server.reload();
      this.server.configure(config(this.o));
      return this.server.restart();
    });
  }
}

function accountsFileOf({ dir }: EmbeddedBusOptions): string {
  return join(dir, 'outside-accounts.conf');
}

function mqttOf({ definitions, env, secret }: EmbeddedBusOptions) {
  // Only what concerns the bus is read: the rest is not known before database and bus stand.
  const known = { AMPLINE_DATABASE_URL: 'postgresql://127.0.0.1', ...env, AMPLINE_SECRET: secret };
  const { installation } = readConfig(definitions.slice(0, 0), known);
  return { topics: installation.mqttTopics, host: installation.host, port: installation.mqttPort };
}

function config(o: EmbeddedBusOptions): string {
  const { topics, host, port } = mqttOf(o);
  const file = accountsFileOf(o);
  const listener = letsSomebodyIn(readFileSync(file, 'utf8')) ? { listener: { host, port } } : {};
  const accounts = natsAuthorization(o.definitions, o.secret, {
    admin: { user: BUS_ADMIN, password: o.secret },
    outside: { topics, file: basename(file), ...listener },
  });
  // JetStream writes through to disk soon: the outbox would mend a loss, but mending is work.
  return `${accounts}max_payload: 1048576\n`;
}

function letsSomebodyIn(accounts: string): boolean {
  return accounts.includes('allowed_connection_types: ["MQTT"]');
}
