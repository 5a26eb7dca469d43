import type { FactType } from '@ampline/contracts';
import type { ErrorDeclaration } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import type { ConfigDefinition } from '@ampline/platform-config';
import type { Caller, GrpcBinding, Realm } from '@ampline/platform-grpc';
import type { Bus } from '@ampline/platform-nats';
import type { ObjectStore } from '@ampline/platform-object-store';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import type { z } from 'zod';
import type { ServiceOperations } from './operations.js';
import type { Readiness } from './readiness.js';

/** Injection token of the {@link ServiceRuntime}. */
export const RUNTIME = Symbol('ampline:runtime');

/** What the runner hands to a service: everything that is not its own. */
export interface ServiceRuntime<C = Record<string, unknown>> {
  readonly name: string;
  readonly config: C;
  readonly telemetry: Telemetry;
  readonly bus: Bus;
  readonly clock: Clock;
  /** New at each start of the process: who holds a lease, who sent a beat. */
  readonly instance: string;
  readonly readiness: Readiness;
  /** Throws `runner.no-database` for a service that declares none. */
  readonly database: Database;
  /** Connections in force, which may differ from those of the definition. */
  readonly pool: { readonly app: number; readonly worker: number };
  /** Throws `runner.no-object-store` for a service that declares none. */
  readonly objects: ObjectStore;
  /** `host:port` of another service that this one names in its `edges`. */
  grpcUrl(service: string): string;
  /** A token by which this service is known to others: of the realm where there is one. */
  serviceToken(): Promise<string>;
  /** The OpenID realm; undefined where none is configured. */
  readonly realm: Realm | undefined;
  /** Where browsers reach the API and the web applications, without a slash at the end. */
  readonly publicUrl: string;
  /** Forms of the topics of MQTT stations, best first. */
  readonly mqttTopics: readonly string[];
  /** A secret of this service for a purpose, the same in all its replicas and after each start. */
  secretFor(purpose: string): string;
  /** Secret of a service's client at the realm, as derived from the installation's. */
  clientSecretOf(service: string): string;
  /** A token for somebody that this service vouches for. Throws `runner.not-an-issuer` unless the definition says `issuesTokens`. */
  issueToken(caller: Caller, ttlS: number): Promise<string>;
}

/** What a service with an HTTP port does before it listens: middleware, upgrades, static files. */
export interface HttpNeeds<C> {
  /** 0: chosen by the kernel. */
  port(config: C): number;
  /** Called before the application is initialised. */
  configure?(app: INestApplication, runtime: ServiceRuntime<C>): void | Promise<void>;
}

/** A service's PostgreSQL schema. */
export interface DatabaseNeeds {
  schema: string;
  /** Folder of forward-only SQL files. */
  migrations: URL;
  /** Connections per role; the sum over all services stays below 80. */
  pool: { app: number; worker: number };
  /** True: it has jobs and timers (platform-jobs), which live in a schema beside its own. */
  jobs?: boolean;
}

/** Subjects a service may use, with NATS wildcards. Replies to requests need no entry. */
export interface NatsNeeds {
  publish: readonly string[];
  subscribe: readonly string[];
  /** True: it answers requests. nats-server keeps note of every reply it could give, so only who answers may. */
  readonly answers?: boolean;
}

/** The manifest of a service: all that starting, deploying and documenting it needs to know. */
export interface ServiceDefinition<S extends z.ZodObject = z.ZodObject> {
  /** As in apps/: `ocpp-csms`. */
  readonly name: string;
  /** Context of its facts, also the name of its stream: `csms`. */
  readonly context: string;
  /** One sentence. */
  readonly description: string;
  readonly config: ConfigDefinition<S>;
  readonly grpc: readonly GrpcBinding[];
  readonly facts: { readonly publishes: readonly FactType[]; readonly consumes: readonly FactType[] };
  readonly nats: NatsNeeds;
  /** Services it calls over gRPC. */
  readonly edges: { readonly grpc: readonly string[] };
  readonly database?: DatabaseNeeds;
  /** True: it keeps files in the object store of the installation. */
  readonly objects?: boolean;
  /** An HTTP port of its own; the variable is `<PREFIX>_PORT`. */
  readonly http?: HttpNeeds<z.output<S>>;
  /** True: it vouches for callers to all other services. */
  readonly issuesTokens?: boolean;
  /** OCPP actions it owns. */
  readonly ocppActions?: readonly string[];
  /** Errors it declares, for docs/errors.md. */
  readonly errors: readonly ErrorDeclaration[];
  /** What an operator can have it do from the command line. */
  operations?(runtime: ServiceRuntime<z.output<S>>): ServiceOperations;
  /** Its Nest module. Provide the runtime as {@link RUNTIME}. */
  module(runtime: ServiceRuntime<z.output<S>>): DynamicModule;
}

/** A definition with its config type forgotten: what lists hold. */
export type AnyServiceDefinition = Omit<ServiceDefinition, 'config' | 'http' | 'module' | 'operations'> & {
  readonly config: ConfigDefinition;
  readonly http?: HttpNeeds<Record<string, unknown>>;
  operations?(runtime: ServiceRuntime): ServiceOperations;
  module(runtime: ServiceRuntime): DynamicModule;
};

/** Checks a manifest's type where it is written. */
export function defineService<S extends z.ZodObject>(definition: ServiceDefinition<S>): AnyServiceDefinition {
  return definition as unknown as AnyServiceDefinition;
}
