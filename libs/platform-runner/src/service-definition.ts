import type { FactType } from '@ampline/contracts';
import type { ErrorDeclaration } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import type { ConfigDefinition } from '@ampline/platform-config';
import type { GrpcBinding } from '@ampline/platform-grpc';
import type { Bus } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DynamicModule } from '@nestjs/common';
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
  /** `host:port` of another service that this one names in its `edges`. */
  grpcUrl(service: string): string;
  /** A token by which this service is known to others. */
  serviceToken(): Promise<string>;
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
export type AnyServiceDefinition = Omit<ServiceDefinition, 'config' | 'module' | 'operations'> & {
  readonly config: ConfigDefinition;
  operations?(runtime: ServiceRuntime): ServiceOperations;
  module(runtime: ServiceRuntime): DynamicModule;
};

/** Checks a manifest's type where it is written. */
export function defineService<S extends z.ZodObject>(definition: ServiceDefinition<S>): AnyServiceDefinition {
  return definition as unknown as AnyServiceDefinition;
}
