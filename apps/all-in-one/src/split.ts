import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrateServices, readConfig, realmOf, type AnyServiceDefinition, type Environment } from '@ampline/platform-runner';
import { eventually, freePorts, TrackedProcess } from '@ampline/platform-testing';
import { DataFolder } from './data-folder.js';
import { startEmbeddedParts, type EmbeddedOptions, type EmbeddedParts } from './embedded-parts.js';
import { publicAddresses } from './public-addresses.js';

export interface SplitOptions extends EmbeddedOptions {
  definitions: readonly AnyServiceDefinition[];
  dataDir: string;
  env?: Environment;
  /** Processes per service; default 1. */
  replicas?: Readonly<Record<string, number>>;
}

const READY_TIMEOUT_MS = 60_000;

/** One process that holds one service. */
export class ServiceProcess {
  #process: TrackedProcess | undefined;

  constructor(
    readonly service: string,
    readonly replica: number,
    readonly env: Environment,
    readonly logFile: string,
  ) {}

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get alive(): boolean {
    return this.#process?.alive ?? false;
  }

  get opsUrl(): string {
    return `http://127.0.0.1:${this.env['AMPLINE_OPS_PORT']}`;
  }

  /** Address of its gRPC port, if it has one. */
  get grpcUrl(): string | undefined {
    const entry = Object.entries(this.env).find(([name]) => name.endsWith('_GRPC_PORT'));
    return entry?.[1] === undefined ? undefined : `127.0.0.1:${entry[1]}`;
  }

  /** Address of its OCPP port, if it is a gateway. */
  get ocppUrl(): string | undefined {
    const port = this.env['OCPP_GATEWAY_PORT'];
    return port === undefined ? undefined : `ws://127.0.0.1:${port}/ocpp`;
  }

  /** Starts the process and waits until it is ready. */
  async start(): Promise<void> {
    await this.spawn();
    await this.ready();
  }

  /** Starts the process and returns at once; does nothing while it runs. */
  async spawn(): Promise<void> {
    if (this.alive) return;
    const main = fileURLToPath(new URL(`../../${this.service}/dist/main.js`, import.meta.url));
    this.#process = await TrackedProcess.spawn({
      command: process.execPath,
      args: ['--enable-source-maps', main],
      env: { ...this.env },
      logFile: this.logFile,
    });
  }

  /** Waits until it says that it is ready. */
  async ready(): Promise<void> {
    await eventually(async () => (await fetch(`${this.opsUrl}/readyz`)).status === 200, { timeoutMs: READY_TIMEOUT_MS, everyMs: 50 });
  }

  /** `SIGKILL` waits until it is gone; `SIGSTOP` and `SIGCONT` freeze and wake it. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#process?.kill(signal);
    if (signal === 'SIGKILL') await this.#process?.wait();
  }

  /** Asks it to stop and waits for its end; answers the exit code. */
  async stop(): Promise<number | null> {
    const exit = await this.#process?.stop({ graceMs: 20_000 });
    return exit?.code ?? null;
  }
}

/** Every service in processes of its own, as in production, on embedded parts. */
export interface SplitInstallation {
  readonly parts: EmbeddedParts;
  readonly secret: string;
  readonly processes: readonly ServiceProcess[];
  /** The replicas of a service. */
  of(service: string): ServiceProcess[];
  /** Base of the API and the web applications: the first replica of the api-gateway. */
  readonly publicUrl: string;
  /** Issuer of people's tokens; undefined when nobody can log in. */
  readonly issuer: string | undefined;
  /** gRPC addresses: the first replica of each service. */
  readonly grpc: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts parts, migrates, starts every process; two embedded installations on one machine do not meet. */
export async function startSplit(o: SplitOptions): Promise<SplitInstallation> {
  const folder = new DataFolder(o.dataDir);
  const installation = folder.installation();
  const inherited = { PATH: o.env?.['PATH'], ...o.env };
  const parts = await startEmbeddedParts(o.definitions, folder, installation, inherited, o);
  const processes: ServiceProcess[] = [];
  const stop = async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await parts.stop();
  };
  try {
    await migrateServices(o.definitions, parts.env);
    processes.push(...(await layOut(o, parts.env)));
    await Promise.all(processes.map((process) => process.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const of = (service: string) => processes.filter((process) => process.service === service);
  const grpc = Object.fromEntries(
    o.definitions.flatMap(({ name }) => (of(name)[0]?.grpcUrl === undefined ? [] : [[name, of(name)[0]?.grpcUrl ?? '']])),
  );
  folder.write({ ...installation, grpc });
  const shared = readConfig([], processes[0]?.env ?? parts.env).installation;
  return { parts, secret: shared.secret, processes, of, publicUrl: shared.publicUrl, issuer: realmOf(shared)?.issuer, grpc, stop };
}

async function layOut(o: SplitOptions, shared: Environment): Promise<ServiceProcess[]> {
  const places = o.definitions.flatMap((definition) =>
    Array.from({ length: o.replicas?.[definition.name] ?? 1 }, (_, replica) => ({ definition, replica })),
  );
  const ports = await freePorts(places.length * 3);
  const laid = places.map(({ definition, replica }, i) => {
    const { prefix, schema } = definition.config;
    const own: Record<string, string> = { AMPLINE_OPS_PORT: String(ports[i * 3]) };
    if (definition.grpc.length > 0) own[`${prefix}_GRPC_PORT`] = String(ports[i * 3 + 1]);
    if ('port' in schema.shape) own[`${prefix}_PORT`] = String(ports[i * 3 + 2]);
    if ('gatewayId' in schema.shape) own[`${prefix}_GATEWAY_ID`] = `${definition.name}-${replica}`;
    return { definition, replica, own };
  });
  const urls = laid
    .filter(({ replica, definition }) => replica === 0 && definition.grpc.length > 0)
    .map(({ definition, own }) => `${definition.name}=127.0.0.1:${own[`${definition.config.prefix}_GRPC_PORT`]}`);
  const firsts = Object.assign({}, ...laid.filter(({ replica }) => replica === 0).map(({ own }) => own)) as Environment;
  const addresses = { AMPLINE_GRPC_URLS: urls.join(','), ...publicAddresses(o.definitions, { ...shared, ...firsts }) };
  return laid.map(
    ({ definition, replica, own }) =>
      new ServiceProcess(
        definition.name,
        replica,
        { ...shared, ...addresses, ...own },
        join(o.dataDir, `${definition.name}-${replica}.log`),
      ),
  );
}
