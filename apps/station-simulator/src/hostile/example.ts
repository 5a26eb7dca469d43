import { payloadSchema, type MessageKind, type Ocpp16Action, type PayloadSchema } from '@ampline/protocol-ocpp';

/** A payload with every property that the schema knows. Lists hold two items, so that one may be broken. */
export function examplePayload(action: Ocpp16Action, kind: MessageKind, now: Date): Record<string, unknown> {
  return exampleOf({ ...payloadSchema(action, kind), type: 'object' }, now) as Record<string, unknown>;
}

function exampleOf(schema: PayloadSchema, now: Date): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, property]) => [key, exampleOf(property, now)]));
    case 'array':
      return [exampleOf(schema.items as PayloadSchema, now), exampleOf(schema.items as PayloadSchema, now)];
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'string':
      return textOf(schema, now);
  }
}

function textOf({ enum: values, format }: PayloadSchema, now: Date): string {
  if (values !== undefined) return values[0] ?? '';
  if (format === 'date-time') return now.toISOString();
  return format === 'uri' ? 'https://example.com/x' : 'x';
}
