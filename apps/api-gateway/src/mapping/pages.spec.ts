import { describe, expect, it } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { PageInfoSchema } from '@ampline/contracts';
import { connection, pageRequest } from './pages.js';

describe('a page', () => {
  it.each([1, 50, 500])('may have %i rows', (first) => {
    expect(pageRequest({ first, after: 'x' })).toEqual({ limit: first, cursor: 'x' });
  });

  it.each([0, -1, 501])('may not have %i rows', (first) => {
    expect(() => pageRequest({ first })).toThrow(expect.objectContaining({ code: 'api.bad-page', details: { first } }));
  });

  it('has 50 rows and begins at the begin when nobody says otherwise', () => {
    expect(pageRequest({ first: null, after: null })).toEqual({ limit: 50, cursor: '' });
  });

  it('ends where the service says, or at the end of the list', () => {
    const pageInfoOf = (nextCursor: string) => connection([], create(PageInfoSchema, { nextCursor })).pageInfo;
    expect(pageInfoOf('x')).toEqual({ hasNextPage: true, endCursor: 'x' });
    expect(pageInfoOf('')).toEqual({ hasNextPage: false, endCursor: null });
    expect(connection([], undefined).pageInfo).toEqual({ hasNextPage: false, endCursor: null });
  });
});
