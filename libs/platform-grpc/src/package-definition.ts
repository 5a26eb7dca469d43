import {
  create,
  fromBinary,
  toBinary,
  type DescMethod,
  type DescService,
  type MessageShape,
  type DescMessage,
  type MessageInitShape,
} from '@bufbuild/protobuf';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

type AnyMessage = MessageShape<DescMessage>;
type AnyInit = MessageInitShape<DescMessage>;

/** The wire form of one method: path, and how its messages become bytes. Shared by server and client. */
export function methodDefinition(service: DescService, method: DescMethod): MethodDefinition<AnyInit, AnyInit> & { originalName: string } {
  const encode = (schema: DescMessage) => (value: AnyInit) => Buffer.from(toBinary(schema, create(schema, value)));
  const decode =
    (schema: DescMessage) =>
    (bytes: Uint8Array): AnyMessage =>
      fromBinary(schema, bytes);
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    requestSerialize: encode(method.input),
    requestDeserialize: decode(method.input),
    responseSerialize: encode(method.output),
    responseDeserialize: decode(method.output),
    originalName: method.localName,
  };
}

/** A grpc-js package definition from generated descriptors: no .proto file is read at run time. */
export function packageDefinition(services: readonly DescService[]): Record<string, ServiceDefinition> {
  return Object.fromEntries(
    services.map((service): [string, ServiceDefinition] => [
      service.typeName,
      Object.fromEntries(service.methods.map((method) => [method.name, methodDefinition(service, method)])),
    ]),
  );
}

/** The protobuf package of a service, as Nest wants it. */
export function packageOf(service: DescService): string {
  return service.typeName.slice(0, service.typeName.lastIndexOf('.'));
}
