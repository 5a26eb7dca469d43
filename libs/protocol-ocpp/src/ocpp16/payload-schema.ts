import type { Ocpp16Action } from './actions.js';
import type { MessageKind } from './messages.js';
import { publishedSchema } from './schemas.js';

/** JSON Schema of a payload or of a part of it: what the published schemas use of draft 7, with references replaced by what they name. */
export interface PayloadSchema {
  type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  /** Of an object. */
  properties?: Record<string, PayloadSchema>;
  required?: readonly string[];
  /** Of an array. */
  items?: PayloadSchema;
  minItems?: number;
  /** Of a text. */
  enum?: readonly string[];
  format?: 'date-time' | 'uri';
  maxLength?: number;
  /** Of a number. */
  multipleOf?: number;
}

/**
 * What a payload may look like, for whoever builds one.
 * @throws AppError `ocpp.schema-missing`: an installation fault.
 */
export function payloadSchema(action: Ocpp16Action, kind: MessageKind): PayloadSchema {
  const { definitions = {}, ...schema } = publishedSchema(action, kind) as { definitions?: Record<string, unknown> };
  return inlined(schema, definitions) as PayloadSchema;
}

const REFERENCE = '#/definitions/';
const LEFT_OUT = new Set(['$schema', 'additionalProperties']);

function inlined(part: unknown, definitions: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(part)) return part.map((item) => inlined(item, definitions));
  if (typeof part !== 'object' || part === null) return part;
  if ('$ref' in part) return inlined(definitions[String(part.$ref).replace(REFERENCE, '')], definitions);
  const kept = Object.entries(part).filter(([key]) => !LEFT_OUT.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, inlined(value, definitions)]));
}
