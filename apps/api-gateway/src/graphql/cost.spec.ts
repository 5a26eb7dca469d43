import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, it } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import { costOf } from './cost.js';
import { typeDefs } from './schema.js';

const schema = makeExecutableSchema({ typeDefs: typeDefs() });

function cost(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return costOf(schema, document, operation, variables);
}

describe('the cost of an operation', () => {
  it.each([
    ['an object is 1, its plain values nothing', '{ viewer { id name email } }', 1],
    ['a list without pages counts once', '{ station(id: "1") { evses { connectors { id } } } }', 3],
    ['a page counts its size', '{ stations(first: 20) { nodes { id } } }', 1 + 20],
    ['a page without a size counts its default', '{ stations { nodes { id } } }', 1 + 50],
    [
      'what is below a page counts for each node',
      '{ stations(first: 20) { nodes { site { id } } pageInfo { endCursor } } }',
      1 + 20 * 2 + 1,
    ],
    ['pages multiply', '{ sites(first: 3) { nodes { stations(first: 4) { nodes { id } } } } }', 1 + 3 * (1 + 10 + 4)],
    ['an alias counts again', '{ a: viewer { id } b: viewer { id } }', 2],
    ['@cost says otherwise', 'mutation { reset(stationId: "1", type: SOFT) { id } }', 20],
    ['fragments count where they are spread', '{ ...V ...V } fragment V on Query { viewer { id } }', 2],
    ['fragments without names count', '{ ... on Query { ... { viewer { id } } } }', 1],
    ['a page of no size counts nothing below it', '{ stations(first: 0) { nodes { id } } }', 1],
    ['a negative page is none', '{ stations(first: -5) { nodes { id } } }', 1],
  ])('%s', (_name, query, expected) => {
    expect(cost(query)).toBe(expected);
  });

  it('is that of the variables given, of their defaults, of the schema’s', () => {
    const query = 'query S($n: Int = 7) { stations(first: $n) { nodes { id } } }';
    expect(cost(query, { n: 100 })).toBe(101);
    expect(cost(query)).toBe(8);
    expect(cost('query S($n: Int) { stations(first: $n) { nodes { id } } }')).toBe(51);
    expect(cost('query S($n: Int) { stations(first: $n) { nodes { id } } }', { n: null })).toBe(51);
  });

  it('is found in no time for fragments that double each other', () => {
    const levels = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ');
    expect(cost(`{ ...F0 } ${levels} fragment F40 on Query { viewer { id } }`)).toBe(2 ** 40);
  });
});
