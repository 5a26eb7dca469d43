import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { AppError, KIND_TABLE, type ErrorKind } from '@ampline/kernel-errors';
import { activeTraceparent, inSpan, type Telemetry } from '@ampline/platform-telemetry';
import { Client as RawClient, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { methodDefinition } from './package-definition.js';

export interface CallOptions {
  /** Default 5 s for a unary call; none for a stream. */
  timeoutMs?: number;
  /** The tenant to work on, for callers that belong to none. */
  tenantId?: string;
  /** The token of whoever asks, instead of the client's own. */
  token?: string;
  signal?: AbortSignal;
}

/** Unary methods as promises, server streams as async iterables. Errors are AppErrors with the code of the service. */
export type Client<S extends DescService> = {
  [K in keyof S['method']]: S['method'][K] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : S['method'][K] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : never;
} & { close(): void };

const DEFAULT_TIMEOUT_MS = 5_000;

const KINDS = new Map<number, ErrorKind>(Object.entries(KIND_TABLE).map(([kind, row]) => [row.grpc, kind as ErrorKind]));

function toAppError(error: ServiceError, method: string): AppError {
  const text = (name: string) => error.metadata?.get(name)[0]?.toString();
  const kind = KINDS.get(error.code) ?? (error.code === status.CANCELLED ? 'timeout' : 'internal');
  const details = text('ampline-details');
  return new AppError({
    kind,
    code: text('ampline-code') ?? `grpc.${(status[error.code] ?? 'unknown').toLowerCase().replaceAll('_', '-')}`,
    message: error.details || error.message,
    details: { method, ...(details ? (JSON.parse(decodeURIComponent(details)) as Record<string, unknown>) : {}) },
    cause: error,
  });
}

/** A typed client of one service. The connection is made with the first call and mended by grpc-js. `timeoutMs` is for calls that name none. */
export function grpcClient<S extends DescService>(
  service: S,
  o: { url: string; telemetry: Telemetry; token: () => Promise<string> | string; timeoutMs?: number },
): Client<S> {
  const raw = new RawClient(o.url, credentials.createInsecure(), {
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
  });

  async function metadataFor(options: CallOptions): Promise<Metadata> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${options.token ?? (await o.token())}`);
    if (options.tenantId) metadata.set('ampline-tenant', options.tenantId);
    const traceparent = activeTraceparent();
    if (traceparent) metadata.set('traceparent', traceparent);
    return metadata;
  }

  function unary(method: DescMethod, name: string) {
    const wire = methodDefinition(service, method);
    return (request: Record<string, unknown>, options: CallOptions = {}) =>
      inSpan(o.telemetry.tracer, name, { kind: SpanKind.CLIENT }, async () => {
        const metadata = await metadataFor(options);
        const deadline = Date.now() + (options.timeoutMs ?? o.timeoutMs ?? DEFAULT_TIMEOUT_MS);
        return new Promise<unknown>((resolve, reject) => {
          const call = raw.makeUnaryRequest(
            wire.path,
            wire.requestSerialize,
            wire.responseDeserialize,
            request,
            metadata,
            { deadline },
            (error, value) => (error ? reject(toAppError(error, name)) : resolve(value)),
          );
          options.signal?.addEventListener('abort', () => call.cancel(), { once: true });
        });
      });
  }

  function stream(method: DescMethod, name: string) {
    const wire = methodDefinition(service, method);
    return async function* read(request: Record<string, unknown>, options: CallOptions = {}): AsyncGenerator<unknown> {
      const metadata = await metadataFor(options);
      const deadline = options.timeoutMs === undefined ? {} : { deadline: Date.now() + options.timeoutMs };
      const call = raw.makeServerStreamRequest(wire.path, wire.requestSerialize, wire.responseDeserialize, request, metadata, deadline);
      options.signal?.addEventListener('abort', () => call.cancel(), { once: true });
      try {
        yield* call as AsyncIterable<unknown>;
      } catch (error) {
        throw toAppError(error as ServiceError, name);
      } finally {
        call.cancel();
      }
    };
  }

  const methods = service.methods.map((method) => {
    const name = `${service.typeName}/${method.name}`;
    return [method.localName, method.methodKind === 'server_streaming' ? stream(method, name) : unary(method, name)] as const;
  });
  return Object.assign(Object.fromEntries(methods), { close: () => raw.close() }) as Client<S>;
}
