import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { isJsonObject, OCPP16_ACTIONS, validateInbound, validateOutbound, type MessageKind, type Ocpp16Action } from '../src/index.js';

/** As much of JSON schema as the published files use. */
interface Schema {
  $id?: string;
  $ref?: string;
  definitions?: Record<string, Schema>;
  type?: string;
  enum?: string[];
  format?: string;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

const published = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json') as Schema[];
const KINDS: readonly MessageKind[] = ['request', 'response'];
const MESSAGES = (Object.keys(OCPP16_ACTIONS) as Ocpp16Action[]).flatMap((action) => KINDS.map((kind) => ({ action, kind })));

function schemaOf(action: Ocpp16Action, kind: MessageKind): Schema {
  const schema = published.find((s) => s.$id === `urn:${action}.${kind === 'request' ? 'req' : 'conf'}`);
  if (schema === undefined) throw new Error(`no schema for ${action}`);
  return schema;
}

/** A message with every property there is. */
function example(schema: Schema, root: Schema): unknown {
  const s = schema.$ref === undefined ? schema : (root.definitions?.[schema.$ref.split('/').at(-1) as string] as Schema);
  if (s.enum !== undefined) return s.enum[0];
  if (s.type === 'object') return Object.fromEntries(Object.entries(s.properties ?? {}).map(([key, p]) => [key, example(p, root)]));
  if (s.type === 'array') return [example(s.items as Schema, root)];
  if (s.type === 'integer' || s.type === 'number') return 1;
  if (s.type === 'boolean') return true;
  if (s.format === 'date-time') return '2025-06-01T12:00:00Z';
  return s.format === 'uri' ? 'https://example.com/x' : 'x';
}

function exampleOf(action: Ocpp16Action, kind: MessageKind): Record<string, unknown> {
  const schema = schemaOf(action, kind);
  const message = example({ ...schema, type: 'object' }, schema);
  if (!isJsonObject(message)) throw new Error('an object was expected');
  return message;
}

describe.each(MESSAGES)('$action $kind', ({ action, kind }) => {
  const message = exampleOf(action, kind);
  const schema = schemaOf(action, kind);
  const strict = (payload: unknown) => validateInbound(action, kind, payload, 'strict');

  it('passes in and out when complete', () => {
    expect(strict(message)).toEqual({ ok: true, payload: message, deviations: [] });
    expect(() => validateOutbound(action, kind, message as never)).not.toThrow();
  });

  it('is refused by what is wrong with it', () => {
    expect(strict({ ...message, unheardOf: 1 })).toMatchObject({ ok: false, code: 'FormationViolation' });
    expect(strict([message])).toMatchObject({ ok: false, code: 'FormationViolation' });
    for (const name of schema.required ?? []) {
      const { [name]: _, ...rest } = message;
      expect(strict(rest)).toMatchObject({ ok: false, code: 'OccurenceConstraintViolation' });
    }
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const wrong = property.type === 'boolean' ? 'x' : true;
      expect(strict({ ...message, [name]: wrong })).toMatchObject({ ok: false, code: 'TypeConstraintViolation' });
      if (property.maxLength !== undefined) {
        const long = 'x'.repeat(property.maxLength + 1);
        expect(strict({ ...message, [name]: long })).toMatchObject({ ok: false, code: 'PropertyConstraintViolation' });
      }
      if (property.enum !== undefined || property.format !== undefined) {
        expect(strict({ ...message, [name]: 'no such' })).toMatchObject({ ok: false, code: 'PropertyConstraintViolation' });
      }
    }
  });

  it('is forgiven no less when lenient', () => {
    expect(validateInbound(action, kind, message)).toEqual({ ok: true, payload: message, deviations: [] });
    for (const name of schema.required ?? []) {
      const { [name]: _, ...rest } = message;
      expect(validateInbound(action, kind, rest)).toMatchObject({ ok: false, code: 'OccurenceConstraintViolation' });
    }
  });
});
