import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { GRPC_PORTS } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { systemClock } from '@ampline/kernel-time';
import { CLIENT_PREFIX, serveGrpc, TokenIssuer, TokenVerifier } from '@ampline/platform-grpc';
import { Bus } from '@ampline/platform-nats';
import { openObjectStore, type ObjectStore } from '@ampline/platform-object-store';
import { Database } from '@ampline/platform-postgres';
import { createTelemetry, enableContext, type Telemetry } from '@ampline/platform-telemetry';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { runnerErrors } from './errors.js';
import { Beat } from './beat.js';
import { baseConfig, derivedPassword, installationConfig, realmOf, type InstallationConfig } from './installation.js';
import { Readiness } from './readiness.js';
import type { AnyServiceDefinition, ServiceRuntime } from './service-definition.js';

/** The environment as a plain map: only the entry point reads the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A service that has started. */
export interface RunningService {
  readonly name: string;
  readonly telemetry: Telemetry;
  readonly readiness: Readiness;
  readonly app: INestApplication;
  /** Stops taking work, finishes what is under way, closes connections. */
  stop(): Promise<void>;
}

/** How a service's telemetry is made; tests hand in one that keeps its spans. */
export type TelemetryFactory = (service: string, installation: InstallationConfig) => Telemetry;

export interface StartOptions {
  telemetry?: TelemetryFactory;
}

const TOKEN_TTL_S = 300;

/** Reads all configuration of these services at once. Throws `runner.config-invalid` with every problem. */
export function readConfig(definitions: readonly AnyServiceDefinition[], env: Environment) {
  const installation = installationConfig.parse(env);
  const services = definitions.map((d) => ({ definition: d, own: d.config.parse(env), base: baseConfig(d).parse(env) }));
  const problems = [installation, ...services.flatMap((s) => [s.own, s.base])].flatMap((read) => (read.ok ? [] : read.problems));
  if (!installation.ok || problems.length > 0) {
    throw runnerErrors.configInvalid({ problems: problems.map((p) => `${p.variable}: ${p.problem}`) });
  }
  const read = services.flatMap(({ definition, own, base }) =>
    own.ok && base.ok ? [{ definition, own: own.value as Record<string, unknown>, base: base.value }] : [],
  );
  return { installation: installation.value, services: read };
}

function defaultTelemetry(service: string, installation: InstallationConfig): Telemetry {
  return createTelemetry({
    service,
    logLevel: installation.logLevel,
    sampleRatio: installation.traceRatio,
    ...(installation.otlpUrl ? { otlpUrl: installation.otlpUrl } : {}),
  });
}

/** Starts services in the order given; when one fails, those that had started are stopped again. */
export async function startServices(
  definitions: readonly AnyServiceDefinition[],
  env: Environment,
  o: StartOptions = {},
): Promise<RunningService[]> {
  enableContext();
  const { installation, services } = readConfig(definitions, env);
  const running: RunningService[] = [];
  try {
    for (const service of services) {
      running.push(await startService(service, installation, o.telemetry ?? defaultTelemetry));
    }
    return running;
  } catch (error) {
    await stopServices(running);
    throw error;
  }
}

/** Stops services in the reverse order of their start. */
export async function stopServices(running: readonly RunningService[]): Promise<void> {
  for (const service of [...running].reverse()) await service.stop();
}

type Configured = ReturnType<typeof readConfig>['services'][number];

/** A service's own connections, with nothing of it running. */
export interface ConnectedService {
  readonly runtime: ServiceRuntime;
  /** Closed in reverse order by `unwind`. */
  readonly undo: (() => Promise<void>)[];
  unwind(): Promise<void>;
}

/** Connects a service to its database and the bus, as its own users. Throws `runner.database-unreachable` and the like. */
export async function connectService(
  { definition, own, base }: Configured,
  installation: InstallationConfig,
  makeTelemetry: TelemetryFactory,
): Promise<ConnectedService> {
  const telemetry = makeTelemetry(definition.name, installation);
  const undo: (() => Promise<void>)[] = [() => telemetry.shutdown()];
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const readiness = new Readiness();
    const database = definition.database ? await connectDatabase(definition, base, installation, telemetry) : undefined;
    if (database) {
      undo.push(() => database.close());
      readiness.add('database', () => database.ping());
    }
    const bus = await connectBus(definition, base, installation, telemetry);
    undo.push(() => bus.drain());
    readiness.add('bus', () => {
      if (!bus.connected) throw runnerErrors.busUnreachable();
    });
    const objects = definition.objects ? await openObjects(definition, installation) : undefined;
    if (objects) undo.push(() => Promise.resolve(objects.close()));
    return {
      runtime: makeRuntime({ definition, config: own, base, installation, telemetry, bus, database, objects, readiness }),
      undo,
      unwind,
    };
  } catch (error) {
    await unwind();
    throw error;
  }
}

async function startService(
  configured: Configured,
  installation: InstallationConfig,
  makeTelemetry: TelemetryFactory,
): Promise<RunningService> {
  const { definition, base } = configured;
  const { runtime, undo, unwind } = await connectService(configured, installation, makeTelemetry);
  const { telemetry, readiness } = runtime;
  try {
    // Nest's own logger is one per process; errors at start are thrown to us instead.
    const app = await NestFactory.create(definition.module(runtime), { logger: false, abortOnError: false, bodyParser: false });
    undo.push(() => app.close());
    if (definition.grpc.length > 0) await listenGrpc(app, definition, base.grpcPort, installation, runtime);
    await definition.http?.configure?.(app, runtime);
    await app.init();
    if (definition.http) await listenHttp(app, definition, definition.http.port(configured.own), installation);
    const beat = new Beat(runtime);
    undo.push(() => beat.stop());
    beat.start();
    telemetry.logger.info('service.started', { instance: runtime.instance });
    return { name: definition.name, telemetry, readiness, app, stop: unwind };
  } catch (error) {
    await unwind();
    throw error;
  }
}

async function connectDatabase(
  definition: AnyServiceDefinition,
  base: Configured['base'],
  installation: InstallationConfig,
  telemetry: Telemetry,
): Promise<Database> {
  const needs = definition.database;
  if (!needs) throw runnerErrors.noDatabase({ service: definition.name });
  const password = (role: 'app' | 'worker', set: string | undefined) =>
    set ?? derivedPassword(installation.secret, `postgres:${needs.schema}_${role}`);
  const database = new Database(
    {
      url: installation.databaseUrl,
      ...(installation.databaseReadUrl ? { readUrl: installation.databaseReadUrl } : {}),
      schema: needs.schema,
      pool: { app: base.poolApp, worker: base.poolWorker },
      password: { app: password('app', base.databaseAppPassword), worker: password('worker', base.databaseWorkerPassword) },
    },
    telemetry,
  );
  try {
    await database.ping();
    return database;
  } catch (cause) {
    await database.close();
    const refused = AppError.is(cause) && cause.kind !== 'unavailable';
    throw refused
      ? runnerErrors.databaseNotMigrated({ service: definition.name }, cause)
      : runnerErrors.databaseUnreachable({ service: definition.name, url: withoutPassword(installation.databaseUrl) }, cause);
  }
}

function openObjects({ name }: AnyServiceDefinition, installation: InstallationConfig): Promise<ObjectStore> {
  const { objectStoreUrl: url, objectStoreAccessKeyId: accessKeyId, objectStoreSecretAccessKey: secretAccessKey } = installation;
  if (url === undefined) throw runnerErrors.objectStoreUnset({ service: name });
  return openObjectStore({ url, ...(accessKeyId !== undefined && secretAccessKey !== undefined && { accessKeyId, secretAccessKey }) });
}

async function connectBus(
  definition: AnyServiceDefinition,
  base: Configured['base'],
  installation: InstallationConfig,
  telemetry: Telemetry,
): Promise<Bus> {
  const user =
    installation.natsAuth === 'none'
      ? {}
      : { user: definition.name, password: base.natsPassword ?? derivedPassword(installation.secret, `nats:${definition.name}`) };
  try {
    return await Bus.connect({ url: installation.natsUrl, name: definition.name, ...user }, telemetry);
  } catch (cause) {
    throw AppError.is(cause, 'bus.unreachable')
      ? runnerErrors.busUnreachable({ service: definition.name, url: withoutPassword(installation.natsUrl) }, cause)
      : cause;
  }
}

async function listenGrpc(
  app: INestApplication,
  definition: AnyServiceDefinition,
  port: number,
  installation: InstallationConfig,
  { realm, telemetry }: ServiceRuntime,
): Promise<void> {
  const url = `${installation.host}:${port}`;
  try {
    await serveGrpc(app, { bindings: definition.grpc, url, verifier: new TokenVerifier(installation.secret, realm), telemetry });
  } catch (cause) {
    if (AppError.is(cause)) throw cause;
    throw runnerErrors.portBusy({ port, variable: `${definition.config.prefix}_GRPC_PORT` }, cause);
  }
}

async function listenHttp(
  app: INestApplication,
  definition: AnyServiceDefinition,
  port: number,
  installation: InstallationConfig,
): Promise<void> {
  try {
    await app.listen(port, installation.host);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw runnerErrors.portBusy({ port, variable: `${definition.config.prefix}_PORT` }, cause);
  }
}

function makeRuntime(o: {
  definition: AnyServiceDefinition;
  config: Record<string, unknown>;
  base: Configured['base'];
  installation: InstallationConfig;
  telemetry: Telemetry;
  bus: Bus;
  database: Database | undefined;
  objects: ObjectStore | undefined;
  readiness: Readiness;
}): ServiceRuntime {
  const { definition, installation } = o;
  const issuer = new TokenIssuer(installation.secret);
  const realm = realmOf(installation);
  const clientSecretOf = (service: string) => derivedPassword(installation.secret, `client:${service}`);
  const named = new Map(installation.grpcUrls.map((entry) => entry.split('=', 2) as [string, string]));
  return {
    name: definition.name,
    config: o.config,
    telemetry: o.telemetry,
    bus: o.bus,
    clock: systemClock,
    readiness: o.readiness,
    pool: { app: o.base.poolApp, worker: o.base.poolWorker },
    instance: `${definition.name}-${randomBytes(6).toString('hex')}`,
    get database() {
      if (!o.database) throw runnerErrors.noDatabase({ service: definition.name });
      return o.database;
    },
    get objects() {
      if (!o.objects) throw runnerErrors.noObjectStore({ service: definition.name });
      return o.objects;
    },
    grpcUrl: (service) => {
      if (!definition.edges.grpc.includes(service)) throw runnerErrors.unknownEdge({ from: definition.name, to: service });
      return named.get(service) ?? `${installation.host}:${GRPC_PORTS[service] ?? 0}`;
    },
    serviceToken: realm
      ? realm.clientCredentials({
          clientId: `${CLIENT_PREFIX}${definition.name}`,
          clientSecret: o.base.clientSecret ?? clientSecretOf(definition.name),
          monotonicMs: () => systemClock.monotonicMs(),
        })
      : () => issuer.issue({ subject: definition.name, roles: ['service'] }, TOKEN_TTL_S),
    realm,
    publicUrl: installation.publicUrl.replace(/\/$/, ''),
    mqttTopics: installation.mqttTopics,
    secretFor: (purpose) => derivedPassword(installation.secret, `${definition.name}:${purpose}`),
    clientSecretOf,
    issueToken: (caller, ttlS) => {
      if (!definition.issuesTokens) throw runnerErrors.notAnIssuer({ service: definition.name });
      return issuer.issue(caller, ttlS);
    },
  };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
