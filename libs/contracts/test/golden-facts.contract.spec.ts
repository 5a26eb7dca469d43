import { readdirSync, readFileSync } from 'node:fs';
import { fromJson, toJson, type DescMessage, type JsonValue } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { auditRecorded, type FactType } from '../src/index.js';
import * as facts from '../src/facts.js';

const FOLDER = new URL('golden/', import.meta.url);
/** Contexts that tell what people did in them. */
const AUDITED = ['accounts', 'csms'];

const TYPES: FactType[] = [...Object.values(facts).filter((one) => typeof one !== 'function'), ...AUDITED.map(auditRecorded)];

const golden = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as JsonValue;

/** Names of the fields, however deep, that a message of this kind has. */
function fieldsOf(message: DescMessage): string[] {
  return message.fields.flatMap((field) => {
    const inner = field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined;
    const own = inner && !inner.typeName.startsWith('google.') ? fieldsOf(inner) : [];
    return [field.jsonName, ...own.map((name) => `${field.jsonName}.${name}`)];
  });
}

function namesIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner).map((below) => `${name}.${below}`)]);
}

/**
 * What consumers of other versions rely on: a fact that was once told is read for ever, and told the same. A golden file changes only by
 * what is added.
 */
describe('the fact', () => {
  it.each(TYPES.map((type) => [type.name, type] as const))('%s is read and told as its golden file says', (name, type) => {
    expect(toJson(type.schema, fromJson(type.schema, golden(name)))).toEqual(golden(name));
  });

  it.each(TYPES.map((type) => [type.name, type] as const))('%s has all its fields in the golden file', (name, type) => {
    expect([...new Set(namesIn(golden(name)))].sort()).toEqual(fieldsOf(type.schema).sort());
  });

  it('without a kind is none: each golden file belongs to one', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(TYPES.map((type) => `${type.name}.json`).sort());
  });
});
