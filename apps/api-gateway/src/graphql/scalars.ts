import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import type { Resolvers } from '../generated/graphql.js';

function invalid(name: string, node?: ValueNode): GraphQLError {
  return new GraphQLError(`Not a ${name}.`, node && { nodes: node });
}

/** ISO 8601 with a zone; any other text would be read differently by different machines. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function instant(value: unknown): string {
  if (typeof value !== 'string' || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) throw invalid('DateTime');
  return new Date(value).toISOString();
}

const dateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (typeof value !== 'string') throw invalid('DateTime');
    return value;
  },
  parseValue: instant,
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw invalid('DateTime', node);
    return instant(node.value);
  },
});

function whole(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw invalid('Long');
  return number;
}

const long = new GraphQLScalarType<number | bigint, number>({
  name: 'Long',
  serialize: whole,
  parseValue: whole,
  parseLiteral: (node) => {
    if (node.kind !== Kind.INT) throw invalid('Long', node);
    return whole(Number(node.value));
  },
});

/** No message of OCPP is nearly as deep; what is deeper than the call stack cannot be written as text. */
const DEEPEST_JSON = 20;

function shallow(value: unknown, levels = DEEPEST_JSON): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) throw invalid(`JSON value of at most ${DEEPEST_JSON} levels`);
  for (const inner of Object.values(value)) shallow(inner, levels - 1);
  return value;
}

const json = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => shallow(value),
  parseLiteral: (node, variables) => shallow(valueFromASTUntyped(node, variables)),
});

export const scalarResolvers: Resolvers = { DateTime: dateTime, Long: long, JSON: json };
