import 'reflect-metadata';
import type { DescMethod } from '@bufbuild/protobuf';
import { Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import { GrpcMethod } from '@nestjs/microservices';
import { from } from 'rxjs';
import { kindOf, mayUse, type AccessRule, type Caller, type Role } from './access.js';
import { grpcErrors } from './errors.js';

/** What a handler knows about the call it serves. */
export interface RpcCall {
  readonly caller: Caller;
  /** The tenant that the call works on. Throws `grpc.tenant-missing` on a platform-wide call that names none. */
  readonly tenantId: string;
  /** Aborted when the client has gone or its deadline has passed. */
  readonly signal: AbortSignal;
}

/** Who names the tenant with each call. Any other role is one within a tenant: a token that names none is good for none. */
const INSTALLATION_WIDE: ReadonlySet<Role> = new Set<Role>(['platform-admin', 'service']);

/** API keys and guests belong to a tenant, whatever roles their token names. */
function isInstallationWide(caller: Caller): boolean {
  const kind = kindOf(caller);
  return (kind === 'person' || kind === 'service') && caller.roles.some((role) => INSTALLATION_WIDE.has(role));
}

const METHOD = Symbol('ampline:rpc-method');
/** Callers by the metadata object of their call: put there by the guard, read by the handler's wrapper. */
const admitted = new WeakMap<Metadata, { caller: Caller; tenantId: string | undefined }>();

/** The method a handler serves, if {@link Rpc} marked it. */
export function rpcMethodOf(handler: object): DescMethod | undefined {
  return Reflect.getMetadata(METHOD, handler) as DescMethod | undefined;
}

/** Decides whether `caller` may use a method under `rule`, and on which tenant. Throws the refusal. */
export function admit(caller: Caller, rule: AccessRule, metadata: Metadata): void {
  if (!mayUse(caller, rule)) throw grpcErrors.roleMissing({ needs: rule.roles, ...(rule.apiScope && { scope: rule.apiScope }) });
  const named = metadata.get('ampline-tenant')[0]?.toString();
  if (named && caller.tenantId && named !== caller.tenantId) throw grpcErrors.tenantForeign();
  if (named && !caller.tenantId && !isInstallationWide(caller)) throw grpcErrors.tenantForeign();
  const tenantId = caller.tenantId ?? named;
  if (rule.scope === 'tenant' && !tenantId) throw grpcErrors.tenantMissing();
  admitted.set(metadata, { caller, tenantId });
}

function callOf(metadata: Metadata, call: ServerUnaryCall<unknown, unknown>): RpcCall {
  const entry = admitted.get(metadata);
  if (!entry) throw grpcErrors.ruleMissing();
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  return {
    caller: entry.caller,
    get tenantId() {
      if (!entry.tenantId) throw grpcErrors.tenantMissing();
      return entry.tenantId;
    },
    signal: controller.signal,
  };
}

/** Whether a text anywhere in a request has a NUL character, which no column of a database takes. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).some(holdsNul);
}

/**
 * Marks the handler of one gRPC method: `(request, call: RpcCall) => Promise<response>`, or an async generator for a server stream.
 * It is reachable only through the access rule that the service definition declares for the method.
 */
export function Rpc(method: DescMethod): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as (request: unknown, call: RpcCall) => Promise<unknown> | AsyncIterable<unknown>;
    descriptor.value = function wrapped(this: unknown, request: unknown, metadata: Metadata, call: ServerUnaryCall<unknown, unknown>) {
      if (holdsNul(request)) throw grpcErrors.textUnstorable();
      const answer = handler.call(this, request, callOf(metadata, call));
      return Symbol.asyncIterator in answer ? from(answer) : answer;
    };
    Reflect.defineMetadata(METHOD, method, descriptor.value as object);
    GrpcMethod(method.parent.name, method.name)(target, key, descriptor);
    return descriptor;
  };
}
