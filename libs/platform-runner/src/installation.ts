import { hkdfSync } from 'node:crypto';
import { DEFAULT_MQTT_TOPIC, GRPC_PORTS, MqttTopic } from '@ampline/contracts';
import { defineConfig, list, secret, wholeNumber, type ConfigDefinition } from '@ampline/platform-config';
import { Realm } from '@ampline/platform-grpc';
import { z } from 'zod';
import type { AnyServiceDefinition } from './service-definition.js';

/** What all services of an installation share. */
export const installationConfig = defineConfig(
  'AMPLINE',
  z.object({
    secret: secret(z.string().min(32)).describe(
      'Secret of the installation, at least 32 characters, the same in every service. Signs internal tokens; passwords of the database roles and bus users are derived from it unless they are set.',
    ),
    databaseUrl: z
      .string()
      .min(1)
      .describe('PostgreSQL: `postgresql://host:port/database`, without a user; each service connects as its own roles.'),
    databaseReadUrl: z.string().optional().describe('PostgreSQL replica for exports and rebuilds; unset: the primary.'),
    databaseAdminUrl: secret(z.string())
      .optional()
      .describe('PostgreSQL with a user who may create roles and schemas; only needed with `--migrate`.'),
    natsUrl: z.string().default('nats://127.0.0.1:4222').describe('NATS server with JetStream; several separated by commas.'),
    natsAuth: z
      .enum(['users', 'none'])
      .default('users')
      .describe('`users`: each service has its own bus user, limited to its subjects. `none`: for a bus without users.'),
    mqttTopics: list()
      .refine((topics) => topics.every((topic) => MqttTopic.isTemplate(topic)), 'levels of letters, digits, - and _; <station> once')
      .default([DEFAULT_MQTT_TOPIC])
      .describe(
        'Topics of MQTT stations without their last level (`in`, `out`, `status`), separated by commas: `<station>` stands for the identity, `<tenant>` for the tenant. The same as in the configuration of the NATS server.',
      ),
    mqttPort: wholeNumber(1, 65535)
      .default(9222)
      .describe('Port of the MQTT listener of an embedded NATS server. It listens once the first MQTT user exists.'),
    host: z.string().default('127.0.0.1').describe('Address that gRPC and the operations port listen on.'),
    opsPort: wholeNumber(0, 65535)
      .default(9464)
      .describe('Operations port of a process: /livez, /readyz, /metrics. 0: chosen by the kernel.'),
    grpcUrls: list()
      .default([])
      .describe('Where other services are, as `service=host:port`, separated by commas. Unnamed ones: this host and their default port.'),
    publicUrl: z
      .url()
      .default('http://127.0.0.1:4000')
      .describe('Where browsers reach the API and the web applications, without a slash at the end. Links and redirects are made from it.'),
    keycloakUrl: z
      .url()
      .optional()
      .describe(
        'Base of the OpenID provider as browsers reach it: Keycloak, or the embedded `identity` service. Tokens name it as their issuer. Unset: nobody can log in, and services sign for themselves with AMPLINE_SECRET.',
      ),
    keycloakInternalUrl: z.url().optional().describe('Base by which services reach the OpenID provider; unset: AMPLINE_KEYCLOAK_URL.'),
    keycloakRealm: z.string().min(1).default('ampline').describe('Realm at the OpenID provider.'),
    objectStoreUrl: z
      .string()
      .optional()
      .describe('Where files are kept, the same for every service: `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`.'),
    objectStoreAccessKeyId: z.string().optional().describe('Access key of the object store; unset: the environment of the AWS SDK.'),
    objectStoreSecretAccessKey: secret(z.string()).optional().describe('Secret of the access key.'),
    otlpUrl: z.string().optional().describe('OTLP/HTTP collector for traces, without /v1/traces. Unset: traces are not recorded.'),
    traceRatio: z.coerce.number().min(0).max(1).default(1).describe('Share of traces that are recorded.'),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
  }),
);

export type InstallationConfig = z.output<typeof installationConfig.schema>;

/** What the runner reads for every service, under the service's own prefix. Told of are only the variables that the service has a use for. */
export function baseConfig(definition: AnyServiceDefinition) {
  const pool = definition.database?.pool ?? { app: 0, worker: 0 };
  const port = GRPC_PORTS[definition.name] ?? 0;
  const grpc = { grpcPort: wholeNumber(0, 65535).default(port).describe('Port of gRPC. 0: chosen by the kernel.') };
  const database = {
    databaseAppPassword: secret(z.string()).optional().describe('Password of the role for requests; unset: derived from AMPLINE_SECRET.'),
    databaseWorkerPassword: secret(z.string())
      .optional()
      .describe('Password of the role for intake, relay and jobs; unset: derived from AMPLINE_SECRET.'),
    poolApp: wholeNumber(1, 200).default(Math.max(1, pool.app)).describe('Most connections of the role for requests.'),
    poolWorker: wholeNumber(1, 200).default(Math.max(1, pool.worker)).describe('Most connections of the role for intake, relay and jobs.'),
  };
  const always = {
    clientSecret: secret(z.string()).optional().describe('Secret of its client at the OpenID realm; unset: derived from AMPLINE_SECRET.'),
    natsPassword: secret(z.string()).optional().describe('Password of the bus user; unset: derived from AMPLINE_SECRET.'),
  };
  const config = defineConfig(definition.config.prefix, z.object({ ...grpc, ...database, ...always }));
  const absent = [...(definition.grpc.length > 0 ? [] : ['_GRPC_PORT']), ...(definition.database ? [] : ['_DATABASE_', '_POOL_'])];
  const applies = (variable: string) => !absent.some((part) => variable.slice(config.prefix.length).startsWith(part));
  return {
    ...config,
    describe: () => config.describe().filter((row) => applies(row.variable)),
    redacted: (value: z.output<typeof config.schema>) => config.redacted(value).filter(applies),
  };
}

/** Every configuration of an installation of these services, for documentation and checks. */
export function configDefinitions(definitions: readonly AnyServiceDefinition[]): { title: string; config: ConfigDefinition }[] {
  return [
    { title: 'Installation', config: installationConfig as unknown as ConfigDefinition },
    ...definitions.flatMap((d) => [
      { title: d.name, config: d.config },
      { title: d.name, config: baseConfig(d) as unknown as ConfigDefinition },
    ]),
  ];
}

/** The OpenID realm of an installation; undefined without one. */
export function realmOf(installation: InstallationConfig): Realm | undefined {
  const { keycloakUrl: url, keycloakInternalUrl: internalUrl, keycloakRealm: realm } = installation;
  return url === undefined ? undefined : new Realm({ url, realm, ...(internalUrl && { internalUrl }) });
}

/** A password that every process which knows the installation's secret arrives at. `purpose`: `postgres:csms_app`, `nats:accounts`, `client:accounts`. */
export function derivedPassword(installationSecret: string, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', installationSecret, 'ampline', purpose, 24)).toString('base64url');
}
