import { GRPC_PORTS } from '@ampline/contracts';
import {
  migrateServices,
  OpsServer,
  readConfig,
  realmOf,
  startServices,
  stopServices,
  type AnyServiceDefinition,
  type Environment,
  type RunningService,
  type StartOptions,
} from '@ampline/platform-runner';
import { freePorts } from '@ampline/platform-testing';
import { DataFolder } from './data-folder.js';
import { startEmbeddedParts, type EmbeddedOptions, type EmbeddedParts } from './embedded-parts.js';
import { publicAddresses } from './public-addresses.js';
import { serverCertificateVariables } from './server-certificate.js';

export interface InstallationOptions extends EmbeddedOptions, StartOptions {
  definitions: readonly AnyServiceDefinition[];
  dataDir: string;
  env: Environment;
  /** Every port is chosen by the kernel: for tests, which run beside a platform in use. */
  kernelPorts?: boolean;
  /** Told before each step that takes time. When it throws, what was started is stopped and the start given up. */
  onStep?: (step: string) => void;
}

/** All services in this process, with the embedded parts they need. */
export interface Installation {
  readonly parts: EmbeddedParts;
  readonly env: Environment;
  readonly running: readonly RunningService[];
  readonly opsPort: number;
  /** `ws://host:port/ocpp` */
  readonly ocppUrl: string;
  /** `wss://host:port/ocpp`; undefined when no certificate is configured. */
  readonly ocppTlsUrl: string | undefined;
  /** Base of the API and the web applications; without a slash at the end. */
  readonly publicUrl: string;
  /** Issuer of people's tokens; undefined when nobody can log in. */
  readonly issuer: string | undefined;
  readonly grpc: Readonly<Record<string, string>>;
  readonly secret: string;
  stop(): Promise<void>;
}

/** Variables that put every listener of an installation on a free port. */
export async function kernelPortVariables(definitions: readonly AnyServiceDefinition[]): Promise<Record<string, string>> {
  const env: Record<string, string> = { AMPLINE_OPS_PORT: '0' };
  const ports = await freePorts(definitions.length * 3 + 1);
  env['AMPLINE_MQTT_PORT'] = String(ports.at(-1));
  for (const [i, definition] of definitions.entries()) {
    if (definition.grpc.length > 0) env[`${definition.config.prefix}_GRPC_PORT`] = String(ports[i * 3]);
    if ('port' in definition.config.schema.shape) env[`${definition.config.prefix}_PORT`] = String(ports[i * 3 + 1]);
    if ('tlsPort' in definition.config.schema.shape) env[`${definition.config.prefix}_TLS_PORT`] = String(ports[i * 3 + 2]);
  }
  return env;
}

/** gRPC addresses by service, as configured. */
export function grpcAddresses(definitions: readonly AnyServiceDefinition[], env: Environment): Record<string, string> {
  const { installation, services } = readConfig(definitions, env);
  return Object.fromEntries(
    services
      .filter(({ definition }) => definition.grpc.length > 0)
      .map(({ definition, base }) => [definition.name, `${installation.host}:${base.grpcPort ?? GRPC_PORTS[definition.name]}`]),
  );
}

/** Services of one process find each other at the ports they were given; what the variable itself names goes before. */
const urlList = (addresses: Record<string, string>) =>
  Object.entries(addresses)
    .map((entry) => entry.join('='))
    .join(',');

/** Starts embedded parts, brings the databases up to date, starts the services. Stops what it started when a step fails. */
export async function startInstallation(o: InstallationOptions): Promise<Installation> {
  const step = o.onStep ?? (() => undefined);
  const folder = new DataFolder(o.dataDir);
  const file = folder.installation();
  const ports = o.kernelPorts ? await kernelPortVariables(o.definitions) : {};
  const env = { ...(await serverCertificateVariables(folder.tls, o.env)), ...o.env, ...ports };
  step('starting database and bus');
  const parts = await startEmbeddedParts(o.definitions, folder, file, { ...env, ...publicAddresses(o.definitions, env) }, o);
  const running: RunningService[] = [];
  const ops = new OpsServer(() => running);
  const stop = async () => {
    await stopServices(running);
    await ops.close();
    folder.write({ ...file, grpc: {} });
    await parts.stop();
  };
  try {
    step('bringing the databases up to date');
    await migrateServices(o.definitions, parts.env);
    step('starting the services');
    const { installation, services } = readConfig(o.definitions, parts.env);
    const grpc = grpcAddresses(o.definitions, parts.env);
    running.push(...(await startServices(o.definitions, { AMPLINE_GRPC_URLS: urlList(grpc), ...parts.env }, o)));
    const opsPort = await ops.listen(installation.host, installation.opsPort);
    folder.write({ ...file, grpc });
    const gateway = services.find(({ definition }) => definition.name === 'ocpp-gateway');
    const ocppUrl = `ws://${installation.host}:${String(gateway?.own['port'] ?? 9220)}/ocpp`;
    const tls = (gateway?.own['tlsCertificateFiles'] as readonly string[] | undefined)?.length;
    const ocppTlsUrl = tls ? `wss://${installation.host}:${String(gateway?.own['tlsPort'])}/ocpp` : undefined;
    const { publicUrl, secret } = installation;
    const issuer = realmOf(installation)?.issuer;
    return { parts, env: parts.env, running, opsPort, ocppUrl, ocppTlsUrl, publicUrl, issuer, grpc, secret, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
