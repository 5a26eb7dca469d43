import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
} from 'graphql';
import { idOf } from './world.js';

const LEAVES: Record<string, string> = {
  ...{ ID: `"${idOf('session', 1)}"`, String: '"x"', Int: '1', Long: '1', Boolean: 'true', JSON: '{}' },
  DateTime: '"2026-03-01T10:00:00.000Z"',
};

/** A field with all that it needs, and all that lies below it to a depth. */
export function wholeField(field: GraphQLField<unknown, unknown>, depth: number): string {
  const args = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literal(arg.type)}`);
  return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${below(field.type, depth)}`;
}

function below(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
  return `{ __typename ${fields.map((field) => wholeField(field, depth - 1)).join(' ')} }`;
}

function literal(type: GraphQLInputType): string {
  const given = getNullableType(type);
  if (isListType(given)) return `[${literal(given.ofType as GraphQLInputType)}]`;
  if (isEnumType(given)) return given.getValues()[0]?.name ?? '';
  if (!isInputObjectType(given)) return LEAVES[getNamedType(given).name] ?? 'null';
  const fields = Object.values(given.getFields()).filter(isRequiredInputField);
  return `{ ${fields.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
}
