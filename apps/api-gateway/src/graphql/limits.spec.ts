import { describe, expect, it } from '@jest/globals';
import { LIMITS, parseWithinLimits } from './limits.js';

const thrown = (query: string): unknown => {
  try {
    parseWithinLimits(query);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};
const deep = (levels: number) => `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`;
const aliases = (count: number) => `{ x { ${Array.from({ length: count }, (_, i) => `a${i}: b`).join(' ')} } }`;

describe('a document', () => {
  it.each([
    ['is as deep as it may be', deep(LIMITS.depth), undefined],
    ['is one deeper', deep(LIMITS.depth + 1), 'api.too-deep'],
    ['selects as much as it may', `{ x { ${'a '.repeat(LIMITS.selections - 1)} } }`, undefined],
    ['selects one more', `{ x { ${'a '.repeat(LIMITS.selections)} } }`, 'api.too-many-selections'],
    ['selects too much by inline fragments', `{ x { ${'... { a } '.repeat(LIMITS.selections / 2)} } }`, 'api.too-many-selections'],
    ['selects as much as it may', `{ x { ${'a '.repeat(LIMITS.selections - 1)} } }`, undefined],
    ['selects one more', `{ x { ${'a '.repeat(LIMITS.selections)} } }`, 'api.too-many-selections'],
    ['selects too much by fragments', `{ x { ${'... { a } '.repeat(LIMITS.selections / 2)} } }`, 'api.too-many-selections'],
    ['has as many aliases as it may have', aliases(LIMITS.aliases), undefined],
    ['has one more', aliases(LIMITS.aliases + 1), 'api.too-many-aliases'],
    ['has as many fields at its root', `{ ${'a '.repeat(LIMITS.rootFields)} }`, undefined],
    ['has one more there', `{ ${'a '.repeat(LIMITS.rootFields + 1)} }`, 'api.too-many-root-fields'],
    ['hides them in fragments', `{ ...A ...A } fragment A on Q { ... on Q { ${'a '.repeat(6)} } }`, 'api.too-many-root-fields'],
    ['hides a deep operation behind another', `query A { a } query B ${deep(LIMITS.depth + 1)}`, 'api.too-deep'],
    ['spreads a fragment in itself', '{ ...A } fragment A on Q { a { ...A } }', undefined],
    ['spreads a fragment that there is not', '{ ...A }', undefined],
    ['asks deeply for the schema, which graphql-js bounds', `{ __schema ${deep(LIMITS.depth)} }`, undefined],
    ['is empty', '', 'api.query-unreadable'],
    ['has a character that GraphQL does not know', '{ a \u0000 }', 'api.query-unreadable'],
    ['is long in bytes, not in characters', `{ a } #${'€'.repeat(LIMITS.bytes / 3)}`, 'api.query-too-long'],
  ])('that %s', (_name, query, code) => {
    expect(thrown(query)).toBe(code);
  });

  it('is measured in no time when its fragments double each other', () => {
    const levels = Array.from({ length: 100 }, (_, i) => `fragment F${i} on Q { ...F${i + 1} ...F${i + 1} }`).join(' ');
    expect(thrown(`{ a { ...F0 } } ${levels} fragment F100 on Q { a }`)).toBeUndefined();
  });
});
