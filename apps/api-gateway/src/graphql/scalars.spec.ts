import { describe, expect, it } from '@jest/globals';
import { GraphQLScalarType, parseValue } from 'graphql';
import { scalarResolvers } from './scalars.js';

const json = scalarResolvers.JSON as GraphQLScalarType<unknown, unknown>;
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('a JSON value', () => {
  it('is taken as it is, however it is sent', () => {
    expect(json.parseValue({ a: [1, 'x', null] })).toEqual({ a: [1, 'x', null] });
    expect(json.parseLiteral(parseValue('{ a: [1, "x", null] }'))).toEqual({ a: [1, 'x', null] });
  });

  it('is refused when it is deeper than any message is', () => {
    expect(json.parseValue(JSON.parse(nested(20)))).toBeDefined();
    expect(() => json.parseValue(JSON.parse(nested(21)))).toThrow(/20 levels/);
    expect(() => json.parseValue(JSON.parse(nested(49_000)))).toThrow(/20 levels/);
    expect(() => json.parseLiteral(parseValue(nested(21)))).toThrow(/20 levels/);
  });
});
