import { AppError, KIND_TABLE } from '@ampline/kernel-errors';
import { contextOf, type Telemetry } from '@ampline/platform-telemetry';
import { logVerbosity, Metadata, setLogVerbosity, status } from '@grpc/grpc-js';
import type {
  ArgumentsHost,
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  INestApplication,
  NestInterceptor,
} from '@nestjs/common';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { finalize, Observable, tap, throwError } from 'rxjs';
import { methodsWithoutRule, type GrpcBinding } from './access.js';
import { grpcErrors } from './errors.js';
import { packageDefinition, packageOf } from './package-definition.js';
import { admit, rpcMethodOf } from './rpc.js';
import type { TokenVerifier } from './tokens.js';

/** Lets a call through when its token is valid and the method's rule allows the caller. No rule: nobody. */
class AccessGuard implements CanActivate {
  readonly #bindings: ReadonlyMap<string, GrpcBinding>;

  constructor(
    bindings: readonly GrpcBinding[],
    private readonly verifier: TokenVerifier,
  ) {
    this.#bindings = new Map(bindings.map((binding) => [binding.service.typeName, binding]));
  }

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    // HTTP routes of a service are probes and metrics; whoever adds others guards them itself.
    if (execution.getType() !== 'rpc') return true;
    const metadata = execution.switchToRpc().getContext<Metadata>();
    const method = rpcMethodOf(execution.getHandler());
    const rule = method && this.#bindings.get(method.parent.typeName)?.access[method.localName];
    if (!rule) throw grpcErrors.ruleMissing();
    const token = /^Bearer (.+)$/i.exec(metadata.get('authorization')[0]?.toString() ?? '')?.[1];
    if (!token) throw grpcErrors.tokenMissing();
    admit(await this.verifier.verify(token), rule, metadata);
    return true;
  }
}

/** Runs each handler inside the caller's trace and counts it. */
class TraceInterceptor implements NestInterceptor {
  readonly #durations;

  constructor(private readonly telemetry: Telemetry) {
    this.#durations = telemetry.meter.createHistogram('ampline_grpc_server_duration_ms', {
      unit: 'ms',
      description: 'Time to serve a gRPC call.',
    });
  }

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const method = rpcMethodOf(execution.getHandler());
    if (!method) return next.handle();
    const name = `${method.parent.typeName}/${method.name}`;
    const metadata = execution.switchToRpc().getContext<Metadata>();
    const parent = contextOf(metadata.get('traceparent')[0]?.toString());
    const span = this.telemetry.tracer.startSpan(name, { kind: SpanKind.SERVER }, parent);
    const begun = performance.now();
    const done = (result: string) => this.#durations.record(performance.now() - begun, { method: name, result });
    return new Observable((subscriber) =>
      context.with(trace.setSpan(parent, span), () =>
        next
          .handle()
          .pipe(
            tap({
              error: (error: unknown) => {
                span.setStatus({ code: SpanStatusCode.ERROR });
                done(AppError.is(error) ? error.kind : 'internal');
              },
              complete: () => done('ok'),
            }),
            finalize(() => span.end()),
          )
          .subscribe(subscriber),
      ),
    );
  }
}

/** Turns errors into gRPC statuses: declared ones by their kind, all others into INTERNAL without a word about the cause. */
class ErrorFilter implements ExceptionFilter {
  constructor(private readonly telemetry: Telemetry) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> {
    const { logger } = this.telemetry;
    const metadata = new Metadata();
    if (!AppError.is(thrown)) {
      logger.error('grpc.failed', { type: host.getType() }, thrown);
      metadata.set('ampline-code', 'internal');
      return throwError(() => ({ code: status.INTERNAL, details: 'Something went wrong on our side; it has been logged.', metadata }));
    }
    const { level } = thrown;
    if (level === 'error' || level === 'warn') logger[level]('grpc.refused', { code: thrown.code }, thrown);
    else logger[level]('grpc.refused', { code: thrown.code });
    metadata.set('ampline-code', thrown.code);
    metadata.set('ampline-kind', thrown.kind);
    if (thrown.details) metadata.set('ampline-details', encodeURIComponent(JSON.stringify(thrown.details)));
    return throwError(() => ({ code: KIND_TABLE[thrown.kind].grpc, details: thrown.message, metadata }));
  }
}

/** Serves the bindings on `url` (`host:port`) from a Nest application: access rules, traces and errors included. */
export async function serveGrpc(
  app: INestApplication,
  o: { bindings: readonly GrpcBinding[]; url: string; verifier: TokenVerifier; telemetry: Telemetry },
): Promise<void> {
  // What it would print arrives as an error as well; its bare lines would stand between our JSON.
  setLogVerbosity(logVerbosity.NONE);
  const naked = methodsWithoutRule(o.bindings);
  if (naked.length > 0) throw grpcErrors.ruleMissing({ methods: naked });
  const services = o.bindings.map((binding) => binding.service);
  app.useGlobalGuards(new AccessGuard(o.bindings, o.verifier));
  app.useGlobalInterceptors(new TraceInterceptor(o.telemetry));
  app.useGlobalFilters(new ErrorFilter(o.telemetry));
  const options: GrpcOptions = {
    transport: Transport.GRPC,
    options: {
      url: o.url,
      package: [...new Set(services.map(packageOf))],
      packageDefinition: packageDefinition(services),
      gracefulShutdown: true,
      maxReceiveMessageLength: 4 * 1024 * 1024,
    },
  };
  app.connectMicroservice(options, { inheritAppConfig: true });
  await app.startAllMicroservices();
}
