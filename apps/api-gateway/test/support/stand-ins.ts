import 'reflect-metadata';
import {
  AccessService,
  AccountsService,
  AuditService,
  BrandService,
  CommandRunService,
  CommandService,
  ConfigurationService,
  FirmwareService,
  ImportService,
  IntakeService,
  MeteringService,
  QuirkService,
  LocalListService,
  OnboardingService,
  PeopleService,
  ReservationService,
  RoutingService,
  SecurityService,
  SessionRecordService,
  StationFileService,
  StationService,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { grpcBinding, Rpc, ROLES, serveGrpc, TokenVerifier, type AccessRule, type AccessRules } from '@ampline/platform-grpc';
import { testTelemetry } from '@ampline/platform-telemetry';
import { freePorts } from '@ampline/platform-testing';
import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { Controller, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** gRPC services by the names that the gateway's doors have. */
const SERVED = {
  accounts: { accounts: AccountsService, people: PeopleService, access: AccessService, brands: BrandService, audit: AuditService },
  'ocpp-csms': {
    stations: StationService,
    commands: CommandService,
    intake: IntakeService,
    metering: MeteringService,
    quirks: QuirkService,
    commandRuns: CommandRunService,
    routing: RoutingService,
    reservations: ReservationService,
    localLists: LocalListService,
    onboarding: OnboardingService,
    configuration: ConfigurationService,
    stationFiles: StationFileService,
    firmware: FirmwareService,
    security: SecurityService,
    imports: ImportService,
  },
  'session-export': { sessions: SessionRecordService },
} as const;
type Named = (typeof SERVED)['accounts'] & (typeof SERVED)['ocpp-csms'] & (typeof SERVED)['session-export'];

type Answers<S extends DescService> = {
  [K in keyof S['method']]?: S['method'][K] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>) => MessageInitShape<O>
    : S['method'][K] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>) => Iterable<MessageInitShape<O>>
      : never;
};

/** What the services answer with, by door and method. A method that is not here is one that no test asks. */
export type ServiceAnswers = { [K in keyof Named]?: Answers<Named[K]> };

/** One call as it arrived. */
export interface SeenCall {
  /** `<door>.<method>`. */
  readonly method: string;
  readonly request: Record<string, unknown>;
  /** How long the caller was ready to wait, ms. */
  readonly patienceMs: number;
  readonly token: string | undefined;
}

type Handler = (request: Record<string, unknown>, metadata: Carried, call: { getDeadline(): number | Date }) => unknown;
interface Carried {
  get(name: string): unknown[];
}

/** Everybody may call a stand-in: what the services themselves refuse is their own tests' matter. */
const ANYBODY: AccessRule = { roles: ROLES, scope: 'platform' };

/** The services behind the gateway, over gRPC: they answer as told and remember what they were asked. */
export class StandIns {
  readonly calls: SeenCall[] = [];
  answers: ServiceAnswers = {};

  private constructor(
    private readonly ports: ReadonlyMap<string, number>,
    private readonly apps: Map<string, INestApplication>,
  ) {}

  static async start(secret: string): Promise<StandIns> {
    const services = Object.keys(SERVED) as (keyof typeof SERVED)[];
    const ports = await freePorts(services.length);
    const standIns = new StandIns(new Map(services.map((service, i) => [service, ports[i] as number])), new Map());
    for (const service of services) standIns.apps.set(service, await standIns.serve(service, secret));
    return standIns;
  }

  urlOf(service: string): string {
    return `127.0.0.1:${this.ports.get(service)}`;
  }

  /** Calls since {@link forget}, by method. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { method } of this.calls) counts[method] = (counts[method] ?? 0) + 1;
    return counts;
  }

  /** The only call of a method. */
  only(method: string): SeenCall {
    const [call, ...more] = this.calls.filter((seen) => seen.method === method);
    if (!call || more.length > 0) throw new Error(`${method} was called ${call ? more.length + 1 : 0} times`);
    return call;
  }

  forget(): void {
    this.calls.length = 0;
  }

  /** The service is gone; it does not come back. */
  async take(service: string): Promise<void> {
    await this.apps.get(service)?.close();
    this.apps.delete(service);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.apps.values()].map((app) => app.close()));
  }

  private async serve(service: keyof typeof SERVED, secret: string): Promise<INestApplication> {
    const named = Object.entries<DescService>(SERVED[service]);
    const module = { module: class extends StandInModule {}, controllers: named.map(([door, desc]) => this.controller(door, desc)) };
    const app = await NestFactory.create(module, { logger: false });
    const bindings = named.map(([, desc]) => grpcBinding(desc, rulesOf(desc)));
    const telemetry = testTelemetry(service, { spans: false });
    await serveGrpc(app, { bindings, url: this.urlOf(service), verifier: new TokenVerifier(secret), telemetry });
    return app;
  }

  private controller(door: string, service: DescService) {
    class StandIn {}
    for (const method of service.methods) {
      Object.defineProperty(StandIn.prototype, method.localName, this.handler(door, method, StandIn.prototype));
    }
    Controller()(StandIn);
    return StandIn;
  }

  /** A handler as services have them, that notes the call first. */
  private handler(door: string, method: DescMethod, target: object): PropertyDescriptor {
    const value =
      method.methodKind === 'unary'
        ? async (request: unknown) => this.answer(door, method.localName, request)
        : async function* (this: void, request: unknown) {
            yield* answers(request);
          };
    const answers = (request: unknown) => this.answer(door, method.localName, request) as Iterable<unknown>;
    const descriptor: PropertyDescriptor = { value, writable: true };
    Rpc(method)(target, method.localName, descriptor);
    const answer = descriptor.value as Handler;
    const note: Handler = (request, metadata, call) => {
      const patienceMs = Number(call.getDeadline()) - Date.now();
      const token = String(metadata.get('authorization')[0]).replace('Bearer ', '');
      this.calls.push({ method: `${door}.${method.localName}`, request, patienceMs, token });
      return answer(request, metadata, call);
    };
    for (const key of Reflect.getMetadataKeys(answer) as string[]) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, answer), note);
    }
    return { ...descriptor, value: note };
  }

  private answer(door: string, method: string, request: unknown): unknown {
    const answers = this.answers[door as keyof Named] as Record<string, (request: unknown) => unknown> | undefined;
    const found = answers?.[method];
    if (!found) throw new AppError({ kind: 'internal', code: 'stand-in.unexpected', message: `${door}.${method} is not expected.` });
    return found(request);
  }
}

@Module({})
class StandInModule {}

function rulesOf(service: DescService): AccessRules<DescService> {
  return Object.fromEntries(service.methods.map((method) => [method.localName, ANYBODY])) as AccessRules<DescService>;
}
