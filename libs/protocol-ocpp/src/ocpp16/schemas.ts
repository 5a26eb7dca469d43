import { Ajv, type ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { createRequire } from 'node:module';
import { ocppErrors } from '../errors.js';
import type { Ocpp16Action } from './actions.js';
import type { MessageKind } from './messages.js';

interface PublishedSchema {
  /** `urn:StartTransaction.req`, `urn:StartTransaction.conf`. */
  $id: string;
}

/**
 * The schemas of the Open Charge Alliance as the package that ships them has them. Only its JSON is read.
 * Each schema is compiled when it is first asked for.
 */
export class Ocpp16Schemas {
  private readonly ajv = new Ajv({
    allErrors: true,
    strict: true,
    // The value beside the error tells what a wrong type was: the repair needs it, and it never leaves this library.
    verbose: true,
    // `limit` is a multiple of 0.1: without a tolerance 16.1 would not be one.
    multipleOfPrecision: 6,
    formats: { 'date-time': fullFormats['date-time'], uri: fullFormats.uri },
  });
  private readonly compiled = new Map<string, ValidateFunction>();

  /** @throws AppError `ocpp.schema-missing` when the installed package lacks one: an installation fault. */
  validator(action: Ocpp16Action, kind: MessageKind): ValidateFunction {
    const id = idOf(action, kind);
    const known = this.compiled.get(id);
    if (known !== undefined) return known;
    const validate = this.ajv.compile(publishedSchema(action, kind));
    this.compiled.set(id, validate);
    return validate;
  }
}

// All references are local, and compilers of today refuse these ids: a URN needs a namespace.
const published = new Map(readPublished().map(({ $id, ...schema }) => [$id, schema]));

/** @throws AppError `ocpp.schema-missing` when the installed package lacks one: an installation fault. */
export function publishedSchema(action: Ocpp16Action, kind: MessageKind): object {
  const id = idOf(action, kind);
  const schema = published.get(id);
  if (schema !== undefined) return schema;
  throw ocppErrors.schemaMissing({ id });
}

function idOf(action: Ocpp16Action, kind: MessageKind): string {
  return `urn:${action}.${kind === 'request' ? 'req' : 'conf'}`;
}

function readPublished(): PublishedSchema[] {
  return createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json') as PublishedSchema[];
}
