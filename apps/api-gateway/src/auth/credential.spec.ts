import { describe, expect, it } from '@jest/globals';
import { credentialOf, credentialOfHeaders } from './credential.js';

describe('a credential', () => {
  it.each([
    ['Bearer a.b.c', { kind: 'access-token', secret: 'a.b.c' }],
    ['bearer a.b.c', { kind: 'access-token', secret: 'a.b.c' }],
    ['ApiKey amp_1', { kind: 'api-key', secret: 'amp_1' }],
    ['Guest s', { kind: 'guest-link', secret: 's' }],
  ])('%s', (authorization, expected) => {
    expect(credentialOf(authorization)).toEqual(expected);
  });

  it.each(['', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic YTpi', 'a.b.c', 'Bearer a\u00e4', `Bearer ${'x'.repeat(8_193)}`])(
    'is not %p',
    (text) => {
      expect(() => credentialOf(text)).toThrow(expect.objectContaining({ code: 'api.unauthenticated' }));
    },
  );

  it('comes in one of two headers', () => {
    expect(credentialOfHeaders({})).toBeUndefined();
    expect(credentialOfHeaders({ 'x-api-key': 'amp_1' })).toEqual({ kind: 'api-key', secret: 'amp_1' });
    expect(() => credentialOfHeaders({ authorization: 'Bearer a', 'x-api-key': 'b' })).toThrow();
  });
});
